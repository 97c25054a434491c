import { indented } from "../plan/text";
import { shortType } from "../urn";
import type { Diagnosis, Finding } from "./diagnose";

/**
 * A diagnosis as text.
 *
 * @param importAllCommand reads the import file, where one was written
 */
export function renderDiagnosis(
    { findings, importFile, clearCommand }: Diagnosis,
    importAllCommand?: string,
): string {
    if (findings.length === 0) {
        return "Nothing is pending: the state records everything that was done.\n";
    }
    const count = findings.length === 1 ? "1 operation was" : `${findings.length} operations were`;
    const blocks = [`${count} interrupted.`, ...findings.map(block)];
    if (importFile.resources.length > 1) {
        blocks.push(
            importAllCommand === undefined
                ? "--import-file FILE writes all whose id is known to a file for a single pulumi import."
                : titled(
                      "Import all that exist in one go; take out of the file what does not",
                      importAllCommand,
                  ),
        );
    }
    if (clearCommand !== undefined) {
        blocks.push(
            titled(
                "After each is imported, deleted or known not to exist, forget the pending creations",
                clearCommand,
            ),
        );
    }
    if (findings.some((finding) => finding.operation !== "creating")) {
        blocks.push("`pulumi refresh` settles every operation other than a creation.");
    }
    return `${blocks.join("\n\n")}\n`;
}

function block(finding: Finding): string {
    return [
        `${finding.operation} ${shortType(finding.type)} ${finding.name}`,
        ...indented([finding.urn, ...advice(finding)]),
    ].join("\n");
}

function advice(finding: Finding): string[] {
    if (finding.operation !== "creating") {
        return finding.operation === "deleting"
            ? ["it may be gone or still there"]
            : ["the state may hold its old properties or its new ones"];
    }
    return [...identity(finding), ...afterwards(finding)];
}

function identity({ id, findCommands, knownIds }: Finding): string[] {
    const others = knownIds.length > 0 ? [`the state knows others of this type: ${knownIds.join(", ")}`] : [];
    switch (id?.kind) {
        case "known":
            return [`if it exists, its import id is ${id.id}`];
        case "partial":
            return [
                `if it exists, its import id is ${id.id}: fill in what stands in brackets` +
                    (findCommands.length > 0 ? ", by" : ""),
                ...indented(findCommands),
                ...(findCommands.length > 0 ? others : []),
            ];
        case "chosen":
            return [
                "its service chose the id: look for it" +
                    (findCommands.length > 0 ? " by" : " in the cloud's console"),
                ...indented(findCommands),
                ...others,
            ];
        case "unsupported":
            return [
                "its provider can't import it: if it exists, delete it or let the next up write it again",
            ];
        default:
            return [
                "look up what it is imported by in the Pulumi Registry, in the Import section of its type",
                ...others,
            ];
    }
}

function afterwards({
    id,
    importCommand,
    recordedAs,
    repeatable,
    engineNamed,
    parentMissing,
}: Finding): string[] {
    if (recordedAs !== undefined) {
        return id?.kind === "known" && id.id === recordedAs
            ? ["a later update has recorded it: nothing is left to do"]
            : [`the state holds it as ${recordedAs}: if another one exists, it is an orphan to be deleted`];
    }
    if (parentMissing) {
        return ["the state lacks its parent: run pulumi up, which records that, and ask again"];
    }
    const again = repeatable
        ? ["the next up sets it again, which leaves one: importing it is not needed"]
        : engineNamed
          ? ["its name was made up: without an import the next up makes a second one"]
          : [];
    return importCommand === undefined ? again : [...again, "import it by", ...indented([importCommand])];
}

function titled(title: string, command: string): string {
    return `${title}:\n${indented([command]).join("\n")}`;
}
