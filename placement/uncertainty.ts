/**
 * How well a total is known: the shares of its prices by the kind of their source, and the error that follows.
 */
import { PRICE_ERROR } from "./assumptions";
import type { SourceKind } from "./catalogue/data";
import type { Derived } from "./derive";
import type { PlacedFlow, Placement } from "./explain";
import { USERS } from "./flows";
import type { Line } from "./pricing/lines";
import { formatSite } from "./site";

/** The error of an expected total, from its lines and flows. */
export function errorOf(
    { settings, sites }: Derived,
    lines: readonly Line[],
    flows: readonly PlacedFlow[],
): Pick<Placement, "error" | "shares" | "oldest" | "sources"> {
    const byName = new Map(sites.map((site) => [formatSite(site), site]));
    const priced = [
        ...lines.map(({ micros, price: { source } }) => ({ micros: micros.expected, source })),
        ...flows.flatMap(({ from, to, micros }) => {
            const source = byName.get(from);
            const target = to === USERS ? ("internet" as const) : byName.get(to);
            const transfer = source && target && settings.catalogue.transfer(source, target);
            return transfer && transfer.kind !== "free" && micros > 0
                ? [{ micros, source: transfer.price.source }]
                : [];
        }),
    ];
    const sum = (kinds: readonly SourceKind[]): number =>
        priced
            .filter(({ source }) => kinds.includes(source.kind))
            .reduce((all, { micros }) => all + micros, 0);
    const all = sum(["list", "derived", "stale", "assumed"]);
    const uncertain = sum(["derived", "stale", "assumed"]);
    const share = (kind: SourceKind): number => (all === 0 ? 0 : sum([kind]) / all);
    const sources = [...new Map(priced.map(({ source }) => [source.id, source])).values()].sort((a, b) =>
        a.id < b.id ? -1 : 1,
    );
    return {
        error: {
            low: Math.round(all - uncertain * PRICE_ERROR),
            high: Math.round(all + uncertain * PRICE_ERROR),
        },
        shares: {
            list: share("list"),
            derived: share("derived"),
            stale: share("stale"),
            assumed: share("assumed"),
        },
        oldest: sources.map(({ date }) => date).sort()[0] ?? settings.catalogue.built,
        sources,
    };
}
