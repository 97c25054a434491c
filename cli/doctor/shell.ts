/** A word of a shell command, quoted where it needs to be. */
export function quoted(word: unknown): string {
    const text = typeof word === "string" ? word : JSON.stringify(word ?? "");
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
