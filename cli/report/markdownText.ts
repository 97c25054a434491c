/**
 * Pieces of GitHub-flavoured Markdown that no text from a program can break out of.
 */

/** A text as it is, on one line, also in a cell of a table: no markup, no mention, no reference. */
export function plain(text: string): string {
    return text
        .replace(/[@#](?=\w)|[&<>|\\`*_~[\]$]/g, (character) =>
            // A word joiner keeps a mention and a reference from being one.
            character === "@" || character === "#"
                ? `${character}&NoBreak;`
                : `&#${character.charCodeAt(0)};`,
        )
        .replace(/\s+/g, " ")
        .trim();
}

/** A table; `isNumber` says which columns, by their heads, are set to the right. */
export function table(
    heads: readonly string[],
    rows: readonly (readonly string[])[],
    isNumber: (head: string) => boolean = () => false,
): string {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [
        line(heads.map(plain)),
        line(heads.map((head) => (isNumber(head) ? "---:" : "---"))),
        ...rows.map(line),
    ].join("\n");
}

export function list(items: readonly string[]): string {
    return items.map((item) => `- ${item}`).join("\n");
}

/** A block that opens on a click. */
export function details(summary: string, body: string): string {
    return `<details>\n<summary>${plain(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** Text as it is on lines of its own, whatever fence stands in it. */
export function fenced(text: string, language = ""): string {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
    const fence = "`".repeat(longest + 1);
    return `${fence}${language}\n${text}\n${fence}`;
}

/** A comment that no reader sees. It can't hold `--` or `>`, which would end it. */
export function hidden(text: string): string {
    return `<!-- ${text.replace(/\s+/g, " ").replace(/--+|[<>]/g, "-")} -->`;
}
