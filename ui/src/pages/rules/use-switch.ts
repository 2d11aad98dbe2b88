import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { messageOf } from '../../api/problem.ts';
import type { AlertRule } from '../../api/queries.ts';
import { ruleQuery } from './queries.ts';

/** Switches a rule on or off. */
export function useSwitch({ id, name }: AlertRule) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (isOn: boolean) =>
      dataOf(api.PATCH('/v1/alert-rules/{id}', { params: { path: { id } }, body: { is_active: isOn } as never })),
    onSuccess(changed) {
      client.setQueryData(ruleQuery(id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['rules'] });
      void client.invalidateQueries({ queryKey: ['alerts'] });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: `“${name}” was not changed`, message: messageOf(error) }),
  });
}
