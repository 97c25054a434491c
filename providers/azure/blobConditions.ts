import type { PrefixAccess } from "../cloud";

const BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
const CONTAINER_NAME = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]";
const ACCOUNT_NAME = "@Resource[Microsoft.Storage/storageAccounts:name]";
const READ = `ActionMatches{'${BLOBS}/read'}`;
const LIST = "SubOperationMatches{'Blob.List'}";
const WRITES = ["write", "add/action", "delete", "move/action"].map(
    (action) => `ActionMatches{'${BLOBS}/${action}'}`,
);

/** What narrows an assignment whose scope is wider than the container. */
export interface BlobContainerNames {
    readonly account: string;
    readonly container: string;
}

/**
 * Condition (version 2.0) that narrows a blob data role to some prefixes, in the form of Microsoft's own example
 * "Read or list blobs in named containers with a path"; undefined where the role alone is right.
 *
 * Reading matches the blob's path. Listing has no path but a requested prefix, so it needs a clause of its own, and
 * the prefix without its slash is allowed too, since many clients list a folder by its bare name: it shows names
 * beside the prefix, never contents. `write` alone can list but not read.
 */
export function blobCondition(
    accesses: readonly PrefixAccess[],
    within?: BlobContainerNames,
): string | undefined {
    const reads = accesses.filter(({ mode }) => mode !== "write");
    const writes = accesses.filter(({ mode }) => mode !== "read");
    const clauses = [
        clause([`${READ} AND NOT ${LIST}`], reads, within, underPath),
        clause([`${READ} AND ${LIST}`], accesses, within, underRequestedPrefix),
        ...(writes.length > 0 ? [clause(WRITES, writes, within, underPath)] : []),
    ].filter((text) => text !== undefined);
    return clauses.length === 0 ? undefined : clauses.join(" AND ");
}

/** "None of these actions, or one of these places"; undefined where every place is allowed. */
function clause(
    actions: readonly string[],
    accesses: readonly PrefixAccess[],
    within: BlobContainerNames | undefined,
    under: (prefix: string) => string,
): string | undefined {
    const none = actions.map((action) => `!(${action})`).join(" AND ");
    if (accesses.length === 0) {
        return `(${none})`;
    }
    const everywhere = accesses.some(({ prefix }) => prefix === "");
    const prefixes = everywhere ? [] : [...new Set(accesses.map(({ prefix }) => prefix))].sort();
    const terms = [
        ...(within ? [`${ACCOUNT_NAME} StringEquals '${within.account}'`] : []),
        ...(within ? [`${CONTAINER_NAME} StringEquals '${within.container}'`] : []),
        ...(prefixes.length > 0 ? [`(${prefixes.map(under).join(" OR ")})`] : []),
    ];
    return terms.length === 0 ? undefined : `((${none}) OR (${terms.join(" AND ")}))`;
}

function underPath(prefix: string): string {
    return `@Resource[${BLOBS}:path] StringStartsWith '${quoted(prefix)}/'`;
}

function underRequestedPrefix(prefix: string): string {
    const attribute = `@Request[${BLOBS}:prefix]`;
    return `${attribute} StringStartsWith '${quoted(prefix)}/' OR ${attribute} StringEquals '${quoted(prefix)}'`;
}

/** A quote in a condition's text is doubled. */
function quoted(text: string): string {
    return text.replace(/'/g, "''");
}
