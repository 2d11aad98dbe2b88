import { SERVICE_ROLE, WORKER_ROLE } from './tenancy.ts';

/** Options of a connection that works as a role from its first statement on: https://www.postgresql.org/docs/current/runtime-config-client.html */
export const asRole = (role: string) => ({ options: `-c role=${role}` });

/**
 * Makes the two roles that the service works as, and lets who is logged in work as them. Roles belong to the whole
 * server: another database's service, or an operator, may have made them.
 *
 * @throws the driver's error where they are not there and who is logged in may make none
 */
export async function makeRoles(client: { query(text: string): Promise<unknown> }): Promise<void> {
  await client.query(MAKE_ROLES);
}

const MAKE_ROLES = `
  do $$
  declare name text;
  begin
    foreach name in array array['${SERVICE_ROLE}', '${WORKER_ROLE}'] loop
      if not exists (select from pg_roles where rolname = name) then
        begin
          execute format('create role %I nologin', name);
        exception when duplicate_object or unique_violation then null;
        end;
      end if;
      -- Who makes a role gets it from 16 on without the right to work as it.
      if not pg_has_role(current_user, name, case when current_setting('server_version_num')::int >= 160000
          then 'set' else 'member' end) then
        -- Only to become them: as itself, the owner is to have none of their rights. Before 16 there is no such grant.
        if current_setting('server_version_num')::int >= 160000 then
          execute format('grant %I to current_user with inherit false, set true', name);
        else
          execute format('grant %I to current_user', name);
        end if;
      end if;
    end loop;
  end $$`;
