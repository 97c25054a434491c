/**
 * A plan as a comment on a pull request. Its first line is hidden and the same for every plan of a stack, so that a
 * pipeline can find the comment of the push before and replace it.
 */
import { count, short } from "../../placement/flows";
import type { Placement } from "../../placement/explain";
import { formatMoney, formatRange } from "../../placement/money";
import { PARTS } from "../../placement/pricing/lines";
import { renderPins } from "../placement/pinReport";
import { moneyWords, ownCost, reasons, routeWords, totalWords, volumeWords } from "../placement/words";
import { COMPARISON_HEADS, comparisonCells } from "../plan/comparisonText";
import type { CloudPlans, PlanChanges, PlanDocument, PlannedComponent } from "../plan/document";
import { errorWords } from "../plan/render";
import { shortType } from "../urn";
import { details, fenced, hidden, list, plain, table } from "./markdownText";

/** Characters that GitHub takes in a comment are 65,536; the rest is room for what a pipeline adds. */
const LONGEST = 60_000;

/** A block of the comment. The first ones are the most important. */
interface Block {
    readonly name: string;
    readonly text: string;
}

/** One plan. */
export function planComment(plan: PlanDocument): string {
    return comment(plan, [title(plan), ...blocksOf(plan)]);
}

/** The plans of one program on several clouds. */
export function cloudsComment({ plans, comparison }: CloudPlans): string {
    const all = Object.entries(plans);
    const [first] = Object.values(plans);
    return comment(first, [
        { name: "title", text: `### ${plain(`${first.project}, stack ${first.stack}`)} on every cloud` },
        {
            name: "comparison",
            text: table(
                COMPARISON_HEADS,
                comparison.map((row) => comparisonCells(row).map(plain)),
            ),
        },
        ...all.map(([cloud, plan]) => ({
            name: cloud,
            text: details(
                cloud,
                blocksOf(plan)
                    .map(({ text }) => text)
                    .join("\n\n"),
            ),
        })),
    ]);
}

/** As many of the blocks as a comment holds, in their order. */
function comment({ project, stack }: PlanDocument, blocks: readonly Block[]): string {
    const marker = hidden(`barycenter plan ${project}/${stack}`);
    const kept: string[] = [marker];
    const left: string[] = [];
    let length = marker.length;
    for (const { name, text } of blocks) {
        if (length + text.length <= LONGEST) {
            kept.push(text);
            length += text.length + 2;
        } else {
            left.push(name);
        }
    }
    const note = `Left out, since a comment has no room for it: ${left.join(", ")}.`;
    return `${[...kept, ...(left.length > 0 ? [note] : [])].join("\n\n")}\n`;
}

function title({ project, stack, placement, errors }: PlanDocument): Block {
    const cost = placement
        ? `: ${formatRange(placement.total.expected, placement.error.low, placement.error.high)} a month`
        : errors.length > 0
          ? " is invalid"
          : "";
    return { name: "title", text: `### ${plain(`${project}, stack ${stack}${cost}`)}` };
}

function blocksOf(plan: PlanDocument): Block[] {
    const { errors, placement, changes, warnings, assumptions, totals } = plan;
    if (errors.length > 0) {
        return [{ name: "errors", text: fenced(errors.map(errorWords).join("\n\n")) }];
    }
    const assumed = [
        ...(placement?.assumptions ?? []).map(
            ({ component, argument, text }) => `${short(component)} ${text} (${argument})`,
        ),
        ...assumptions.map(({ text }) => text),
    ];
    return [
        ...(placement
            ? [
                  { name: "totals", text: totalsTable(placement) },
                  { name: "components", text: placedTable(placement) },
              ]
            : [{ name: "components", text: componentsTable(plan.components) }]),
        { name: "changes", text: changes ? changesText(changes) : "" },
        { name: "pins", text: pinsText(plan) },
        { name: "warnings", text: warnings.length > 0 ? `**Warnings**\n\n${list(warnings.map(plain))}` : "" },
        { name: "flows", text: placement ? flowsText(placement) : "" },
        { name: "quotas", text: placement ? quotasText(placement) : "" },
        {
            name: "assumptions",
            text: assumed.length > 0 ? details(`Assumed (${assumed.length})`, list(assumed.map(plain))) : "",
        },
        {
            name: "count",
            text: `<sub>${totals.components} components, ${totals.resources} resources; barycenter ${plain(plan.barycenter)}</sub>`,
        },
    ].filter(({ text }) => text !== "");
}

function totalsTable(placement: Placement): string {
    const { total, error } = placement;
    const [first, , ...others] = totalWords(placement);
    const rows = [
        ["scaled down", formatMoney(total.min)],
        ["expected", formatRange(total.expected, error.low, error.high)],
        ["scaled out", formatMoney(total.max)],
    ];
    const basis = first.slice(first.indexOf(", ") + 2);
    return [
        table(["", "a month"], rows, (head) => head !== ""),
        "",
        plain([basis, ...others].map((text) => text[0].toUpperCase() + text.slice(1)).join(". ") + "."),
    ].join("\n");
}

function placedTable(placement: Placement): string {
    const { placed, hosted } = placement;
    const parts = PARTS.filter((part) => placed.some((each) => each.parts[part] !== 0));
    const rows = placed.map((each) => {
        const guests = hosted
            .filter(({ on }) => on === each.component)
            .map(({ component }) => short(component));
        const name =
            plain(each.component) + (guests.length > 0 ? `<br>runs ${plain(guests.join(", "))}` : "");
        const money = [...parts.map((part) => each.parts[part]), ownCost(each)];
        const why = [
            ...(each.unpriced === undefined ? [] : [`no price is known: ${each.unpriced}`]),
            ...reasons(each, placement),
        ];
        return [
            name,
            plain(each.site),
            ...money.map((micros) =>
                each.unpriced !== undefined && micros === 0 ? "?" : formatMoney(micros),
            ),
            why.map(plain).join("<br>"),
        ];
    });
    const heads = ["component", "site", ...parts, "a month", "why"];
    return table(heads, rows, (head) => head === "a month" || parts.some((part) => part === head));
}

function componentsTable(components: readonly PlannedComponent[]): string {
    const flat = (some: readonly PlannedComponent[]): PlannedComponent[] =>
        some.flatMap((each) => [each, ...flat(each.components)]);
    const rows = flat(components).map(({ type, name, site = "", resources, warnings }) => [
        plain(`${shortType(type)} ${name}`),
        plain(site),
        String(resources.filter(({ read }) => !read).length),
        warnings.map(plain).join("<br>"),
    ]);
    return rows.length === 0
        ? ""
        : table(["component", "site", "resources", "warnings"], rows, (head) => head === "resources");
}

function changesText({ added, removed, clients }: PlanChanges): string {
    const rows = [
        ...added.map(({ type, name }) => ["added", plain(type), plain(name)]),
        ...removed.map(({ type, name }) => ["removed", plain(type), plain(name)]),
    ];
    const clientRows = clients.map(({ service, from, to }) =>
        [
            service,
            ...(["urlForm", "authentication", "protocol"] as const).map((field) =>
                from[field] === to[field] ? `stays ${to[field]}` : `${from[field]} → ${to[field]}`,
            ),
        ].map(plain),
    );
    return [
        clients.length > 0
            ? `**Clients must change**\n\n${table(["service", "URL", "authentication", "protocol"], clientRows)}`
            : "",
        rows.length > 0
            ? details(
                  `Changes: ${added.length} resources added, ${removed.length} removed`,
                  table(["", "type", "name"], rows),
              )
            : "No resource comes or goes.",
    ]
        .filter(Boolean)
        .join("\n\n");
}

function pinsText(plan: PlanDocument): string {
    const text = renderPins(plan).trim();
    return text === "" ? "" : `**Pins and places**\n\n${fenced(text)}`;
}

function flowsText({ flows }: Placement): string {
    const rows = flows.map((flow) => [
        plain(flow.text),
        plain(routeWords(flow)),
        volumeWords(flow.gib),
        moneyWords(flow.micros),
    ]);
    return rows.length === 0
        ? ""
        : details(
              `Data that moves in a month (${rows.length} flows, ${moneyWords(flows.reduce((sum, { micros }) => sum + micros, 0))})`,
              table(["flow", "from and to", "volume", "a month"], rows, isAmount),
          );
}

function quotasText({ quotas }: Placement): string {
    const rows = quotas.map(({ site, name, amount, unit }) => [
        plain(site),
        plain(name),
        `${count(amount)} ${unit}`,
    ]);
    const commands = [...new Set(quotas.map(({ command }) => command))];
    return rows.length === 0
        ? ""
        : details(
              `Quotas that it needs when scaled out (${rows.length})`,
              [
                  table(["site", "quota", "amount"], rows, isAmount),
                  "They show what the accounts have:",
                  fenced(commands.join("\n"), "sh"),
              ].join("\n\n"),
          );
}

function isAmount(head: string): boolean {
    return ["volume", "a month", "amount"].includes(head);
}
