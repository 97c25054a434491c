/**
 * The placement problem as an integer linear program for HiGHS, an independent oracle for the solver.
 */
import highsLoader, { type Highs } from "highs";
import type { Assignment, Problem, ProblemFlow } from "../../placement/solver/problem";

let loaded: Promise<Highs> | undefined;

/** Solves a problem with HiGHS; undefined where no plan is allowed. */
export async function highsOptimum(problem: Problem): Promise<Assignment | undefined> {
    loaded ??= highsLoader();
    const highs = await loaded;
    const result = highs.solve(programOf(problem), {
        mip_rel_gap: 0,
        mip_abs_gap: 1e-7,
        mip_feasibility_tolerance: 1e-9,
        primal_feasibility_tolerance: 1e-9,
    });
    if (result.Status !== "Optimal") {
        return undefined;
    }
    const columns = result.Columns as Readonly<Record<string, { readonly Primal: number }>>;
    return problem.components.map((_, component) =>
        problem.clouds.findIndex((__, site) => (columns[`x_${component}_${site}`]?.Primal ?? 0) > 0.5),
    );
}

/**
 * In CPLEX's LP form, in dollars. `x_c_s`: component c is at site s. `y_f_s_t`: flow f goes from s to t. What leaves a
 * site under a tiered price is filled step by step: `v` of a step is GiB in it, and the binary `z` of a step says that
 * the step before it is full, since falling prices would otherwise fill the cheapest first.
 */
export function programOf(problem: Problem): string {
    const { clouds, components, flows, rules, transfer, limits } = problem;
    const sites = clouds.length;
    // HiGHS takes the last of two terms with one name, and does not add them up.
    const objective = new Map<string, number>();
    const rows: string[] = [];
    const binaries: string[] = [];
    const bounds: string[] = [];
    const cost = (micros: number, name: string): void => {
        objective.set(name, (objective.get(name) ?? 0) + micros);
    };
    const open = (component: number): number[] =>
        [...clouds.keys()].filter((site) => components[component]?.costs[site] !== undefined);
    for (const [component, { costs }] of components.entries()) {
        const mine = open(component);
        if (mine.length === 0) {
            return "Minimize\n obj: none\nSubject To\n r: none >= 1\nBounds\n none <= 0\nEnd\n";
        }
        mine.forEach((site) => {
            cost(costs[site] ?? 0, `x_${component}_${site}`);
            binaries.push(`x_${component}_${site}`);
        });
        rows.push(`${mine.map((site) => `+ x_${component}_${site}`).join(" ")} = 1`);
    }
    for (const {
        between: [a, b],
        allows,
    } of rules) {
        for (const first of open(a)) {
            for (const second of open(b).filter((site) => !allows(first, site))) {
                rows.push(`x_${a}_${first} + x_${b}_${second} <= 1`);
            }
        }
    }
    // Terms of what each site sends under its tiered price.
    const pools = new Map<number, string[]>();
    flows.forEach((flow, index) => {
        const { from, to, gib } = flow;
        for (const source of open(from)) {
            const targets = to === "internet" ? [undefined] : to === from ? [source] : open(to);
            for (const target of targets) {
                const name =
                    target === undefined || to === from
                        ? `x_${from}_${source}`
                        : `y_${index}_${source}_${target}`;
                const { flat, pooled } = rate(problem, flow, source, target);
                if (flat === Infinity || (pooled && transfer.internet[source] === undefined)) {
                    rows.push(`${name} = 0`);
                } else {
                    cost(Math.round(gib * flat), name);
                    if (pooled && gib > 0) {
                        pools.set(source, [...(pools.get(source) ?? []), `+ ${exact(gib)} ${name}`]);
                    }
                }
            }
            if (to !== "internet" && to !== from) {
                const sum = open(to).map((target) => `+ y_${index}_${source}_${target}`);
                rows.push(`${sum.join(" ")} - x_${from}_${source} = 0`);
            }
        }
        if (to !== "internet" && to !== from) {
            for (const target of open(to)) {
                const sum = open(from).map((source) => `+ y_${index}_${source}_${target}`);
                rows.push(`${sum.join(" ")} - x_${to}_${target} = 0`);
            }
        }
    });
    const volume = flows.reduce((all, { gib }) => all + gib, 0);
    for (const [site, terms] of pools) {
        const tiers = transfer.internet[site] ?? [];
        if (tiers.length === 0) {
            continue;
        }
        rows.push(`${terms.join(" ")} ${tiers.map((_, step) => `- v_${site}_${step}`).join(" ")} = 0`);
        let before = 0;
        tiers.forEach(([end, micros], step) => {
            cost(micros, `v_${site}_${step}`);
            const width = Math.max(0, Math.min(end ?? Infinity, volume) - before);
            before = Math.min(end ?? Infinity, volume);
            bounds.push(`v_${site}_${step} <= ${exact(width)}`);
            if (step > 0) {
                binaries.push(`z_${site}_${step}`);
                rows.push(`v_${site}_${step} - ${exact(width)} z_${site}_${step} <= 0`);
            }
            if (step < tiers.length - 1) {
                rows.push(`v_${site}_${step} - ${exact(width)} z_${site}_${step + 1} >= 0`);
            }
        });
    }
    const uses = (name: string, of: (site: number) => boolean, key: string): string => {
        for (const [component] of components.entries()) {
            for (const site of open(component).filter(of)) {
                rows.push(`x_${component}_${site} - ${name}_${key} <= 0`);
            }
        }
        bounds.push(`${name}_${key} <= 1`);
        return `+ ${name}_${key}`;
    };
    if (limits.sites !== undefined) {
        const used = Array.from({ length: sites }, (_, site) =>
            uses("u", (each) => each === site, String(site)),
        );
        rows.push(`${used.join(" ")} <= ${limits.sites}`);
    }
    if (limits.clouds !== undefined) {
        const used = [...new Set(clouds)].map((cloud) => uses("w", (each) => clouds[each] === cloud, cloud));
        rows.push(`${used.join(" ")} <= ${limits.clouds}`);
    }
    return [
        "Minimize",
        ` obj: ${[...objective].map(([name, micros]) => `+ ${exact(micros / 1e6)} ${name}`).join("\n ")}`,
        "Subject To",
        ...rows.map((row, index) => ` r${index}: ${row}`),
        "Bounds",
        ...bounds.map((bound) => ` ${bound}`),
        "Binaries",
        ...binaries.map((name) => ` ${name}`),
        "End",
        "",
    ].join("\n");
}

/** What a GiB of a flow costs, read from the tables anew. */
function rate(
    { clouds, transfer }: Problem,
    flow: ProblemFlow,
    from: number,
    to: number | undefined,
): { readonly flat: number; readonly pooled: boolean } {
    if (to === undefined) {
        return { flat: flow.nat === "from" ? (transfer.natInternet[from] ?? 0) : 0, pooled: true };
    }
    const [forth, back] = [from * clouds.length + to, to * clouds.length + from];
    const price = transfer.flat[forth] ?? NaN;
    const nat = flow.nat === undefined ? 0 : transfer.nat[flow.nat === "from" ? forth : back];
    return { flat: (Number.isNaN(price) ? 0 : price) + (nat ?? 0), pooled: Number.isNaN(price) };
}

/** A number in the form that LP files take. */
function exact(value: number): string {
    return value.toFixed(12).replace(/\.?0+$/, "");
}
