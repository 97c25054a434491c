import Table from "cli-table3";

const BORDERLESS = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
};

/** Rows as aligned lines. */
export function columns(rows: readonly (readonly string[])[], minimums: readonly number[] = []): string[] {
    if (rows.length === 0) {
        return [];
    }
    const table = new Table({
        chars: BORDERLESS,
        style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    });
    table.push(...rows.map((row) => row.map((cell, index) => cell.padEnd(minimums[index] ?? 0))));
    return table
        .toString()
        .split("\n")
        .map((line) => line.trimEnd());
}

/** Lines, each four spaces further in. */
export function indented(lines: readonly string[]): string[] {
    return lines.map((line) => (line === "" ? "" : `    ${line}`));
}
