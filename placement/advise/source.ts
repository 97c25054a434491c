import type { Source } from "../catalogue/data";

/** A source in one line. */
export const source = (id: string, kind: Source["kind"], date: string, title: string): Source => ({
    id,
    kind,
    date,
    title,
});
