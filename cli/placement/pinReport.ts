import type { Better, Move } from "../../placement/drift";
import { count, short } from "../../placement/flows";
import { formatMoney } from "../../placement/money";
import type { Pin, PinChange } from "../../placement/pins";
import type { PinState, PlanDocument } from "../plan/document";
import { columns, indented } from "../plan/text";

/** What a plan says about pins: what was written, what is amiss, and where the stack could be better off. */
export function renderPins({ pins, drift }: Pick<PlanDocument, "pins" | "drift">): string {
    const blocks = [
        ...(pins?.written ? writtenBlock(pins.written) : pins ? amissBlock(pins) : []),
        ...(drift?.better ? betterBlock(drift.better) : []),
        ...(drift?.withData ? dataBlock(drift.withData) : []),
    ];
    return blocks.map((lines) => `\n${lines.join("\n")}\n`).join("");
}

/** Whether all components have a place of their own and all pins a component: what `--check` asks. */
export function isPinned({ unpinned, stale, broken }: PinState): boolean {
    return unpinned.length + stale.length + broken.length === 0;
}

function writtenBlock({ file, changes }: NonNullable<PinState["written"]>): string[][] {
    return changes.length === 0
        ? [[`The pins in ${file} are up to date.`]]
        : [[`Pins written to ${file}:`, ...indented(columns(changes.map(changeRow)))]];
}

function changeRow({ component, before, after }: PinChange): string[] {
    const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
    const text = [before, after].filter((pin) => pin !== undefined).map(pinText);
    return [sign, component, text.join("  →  ")];
}

function pinText({ site, account, accelerators = {} }: Pin): string {
    const chosen = Object.entries(accelerators).map(([pool, name]) => `${pool}: ${name}`);
    return [site, ...(account === undefined ? [] : [`account ${account}`]), ...chosen].join(", ");
}

function amissBlock({ unpinned, stale, broken }: PinState): string[][] {
    const rows = [
        ...unpinned.map((id) => [id, "is not pinned"]),
        ...stale.map((id) => [
            id,
            "has a pin that places nothing: the component is gone, or the program says where it is",
        ]),
        ...broken.map(({ component, text }) => [component, text]),
    ];
    return rows.length === 0
        ? []
        : [["Pins (`barycenter plan --pin` sets them right):", ...indented(columns(rows))]];
}

function betterBlock(better: Better): string[][] {
    const stores = better.moves.filter(({ data }) => data !== undefined);
    const others = better.moves.filter(({ data }) => data === undefined);
    const command = `barycenter plan ${others.map(({ component }) => `--repin ${component}`).join(" ")}`;
    return [
        [
            "A better place at today's prices:",
            ...indented([
                ...moveLines(better.moves),
                savingText(better),
                ...(stores.length > 0 ? dataLines(better, stores) : []),
                ...(others.length > 0
                    ? [stores.length > 0 ? `then, for the rest: ${command}` : `to accept: ${command}`]
                    : []),
            ]),
        ],
    ];
}

function dataBlock(better: Better & { readonly stores: readonly string[] }): string[][] {
    const stores = better.moves.filter(({ data }) => data !== undefined);
    return [
        [
            `If ${better.stores.map(short).join(", ")} could move too (\`move: true\` on the store allows it):`,
            ...indented([...moveLines(better.moves), savingText(better), transferText(better, stores)]),
        ],
    ];
}

function moveLines(moves: readonly Move[]): string[] {
    return columns(
        moves.map(({ component, from, to, copy }) => [
            component,
            `${from}  ${copy ? "+ copy at" : "→"}  ${to}`,
        ]),
    );
}

function savingText({ saves, now }: Better): string {
    return `saves ${formatMoney(saves)} a month of ${formatMoney(now)} (${Math.round((100 * saves) / now)} %)`;
}

function transferText({ once, hours, paybackDays }: Better, stores: readonly Move[]): string {
    const gib = stores.reduce((sum, { data }) => sum + (data?.gib ?? 0), 0);
    return (
        `copying ${count(gib)} GiB once costs ${formatMoney(once)}, takes about ${duration(hours)} with one machine, ` +
        `and is paid back in ${count(Math.ceil(paybackDays))} days`
    );
}

/** A store that holds data is replicated, its users switched, and retired. Its pin alone never moves it. */
function dataLines(better: Better, stores: readonly Move[]): string[] {
    return [
        transferText(better, stores),
        ...stores.flatMap(({ component, to, copy }) => [
            `${short(component)} holds data, and ${copy ? "gets a copy in two steps" : "moves in three steps"}:`,
            ...indented([
                `1. replicate: declare a second store with \`at: "${to}"\`, \`pulumi up\`, copy what ${short(component)} holds`,
                `2. switch: let what ${copy ? "reads" : "reads and writes"} it use the second store, \`pulumi up\``,
                ...(copy
                    ? []
                    : [
                          `3. retire: remove ${short(component)} from the program, \`pulumi up\`, \`barycenter plan --pin\``,
                      ]),
            ]),
        ]),
    ];
}

function duration(hours: number): string {
    return hours < 1 ? "an hour" : hours < 48 ? `${Math.ceil(hours)} h` : `${Math.ceil(hours / 24)} days`;
}
