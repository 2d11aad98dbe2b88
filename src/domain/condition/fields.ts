/**
 * The type names that static checks use, CEL's own. `dyn` is anything: known only when an event is there.
 * A number of an event is an int or a double as it was written, so its type is both.
 */
export type TypeName = string;

/** What a field holds: a value of one of these types, or a map of fields; an `open` one may have others, of any type. */
export type Field = { types: readonly TypeName[] } | { fields: Record<string, Field>; open: boolean };

const text: Field = { types: ['string'] };
const number: Field = { types: ['int', 'double'] };
const freeMap: Field = { fields: {}, open: true };

/** `event` as a condition sees it: contract §5, with the common keys of `data`. */
export const eventField: Field = {
  open: false,
  fields: {
    type: text,
    id: text,
    source: text,
    subject: text,
    time: { types: ['google.protobuf.Timestamp'] },
    data: {
      open: true,
      fields: {
        namespace: text,
        graph_name: text,
        run_id: text,
        run_epoch: number,
        status: text,
        started_at: text,
        duration_ms: number,
        error: { open: false, fields: { type: text, message: text, state_id: text, node_name: text } },
        labels: freeMap,
        counts: freeMap,
        links: freeMap,
      },
    },
  },
};

/** The types of a field's values. */
export const typesOf = (field: Field): readonly TypeName[] => ('types' in field ? field.types : ['map']);
