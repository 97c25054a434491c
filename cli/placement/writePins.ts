import * as fs from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, parse, parseDocument, type Pair, type YAMLMap } from "yaml";
import { changesBetween, parsePins, PINS_SCHEMA, type Pin, type Pins } from "../../placement/pins";
import { UsageError } from "../errors";
import type { PinState } from "../plan/document";
import type { Project } from "../project/project";
import type { Stack } from "../project/stack";

const PINS = "barycenter:pins";

/**
 * Writes what the pins of a stack became, if they changed, into its file, which is made if there is none.
 *
 * @throws UsageError where the pins that were used are not those of the file, or the file is no valid YAML
 */
export function writeUpdate(
    project: Project,
    stack: Stack,
    before: Pins,
    after: Pins,
): NonNullable<PinState["written"]> {
    const file = stack.file ?? path.join(project.stackFolder, `Pulumi.${stack.name}.yaml`);
    if (JSON.stringify(parsePins(stack.config[PINS]).pins) !== JSON.stringify(before)) {
        throw new UsageError(
            `${PINS} is not that of ${path.basename(file)}, which --pin writes: leave it out of --config, --values and Pulumi.yaml`,
        );
    }
    const changes = changesBetween(before, after);
    if (changes.length > 0) {
        writePins(file, after);
    }
    return { file: path.relative(project.root, file), changes };
}

/**
 * Writes pins into a stack's file, keeping its comments and all else that it holds. One line a component, in the order
 * of their names, so that the pins of two branches merge, or conflict in a way that can be read.
 */
export function writePins(file: string, pins: Pins): void {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    const document = parseDocument(text);
    if (document.errors.length > 0) {
        throw new UsageError(`${file} is no valid YAML: ${document.errors[0].message}`);
    }
    const whole = rewritten(document, pins);
    const spliced = splicedInto(text, document, pins);
    // A file in an unusual form is laid out anew.
    const next = spliced !== undefined && sameContent(spliced, whole) ? spliced : whole;
    // Written beside and moved, so that a crash never leaves half a file.
    const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
    fs.writeFileSync(temporary, next);
    fs.renameSync(temporary, file);
}

/** The file with the lines of its pins exchanged, and every other line as it is; undefined where that can't be done. */
function splicedInto(text: string, document: Document, pins: Pins): string | undefined {
    const config = document.get("config");
    if (!isMap(config) || config.flow || config.items.length === 0) {
        return undefined;
    }
    const starts = config.items.map(startOf);
    const [first] = starts;
    if (first === undefined) {
        return undefined;
    }
    const indent = " ".repeat(first - (text.lastIndexOf("\n", first - 1) + 1));
    const at = config.items.findIndex(({ key }) => isScalar(key) && key.value === PINS);
    const lines = Object.keys(pins.components).length === 0 ? "" : linesOf(pins, indent);
    const [from, to] =
        at >= 0 ? [lineAt(text, starts[at] ?? 0), endOf(text, config.items[at])] : endsOf(text, config.items);
    const before = text.slice(0, from);
    return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${lines}${text.slice(to)}`;
}

function endsOf(text: string, items: readonly Pair[]): [number, number] {
    const end = endOf(text, items[items.length - 1]);
    return [end, end];
}

function startOf({ key }: Pair): number | undefined {
    return isScalar(key) ? key.range?.[0] : undefined;
}

function lineAt(text: string, offset: number): number {
    return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line ends on which the value of a pair does. */
function endOf(text: string, { key, value }: Pair): number {
    const ranges = [key, value].map((node) => (node as { range?: [number, number, number] } | null)?.range);
    const end = Math.max(...ranges.map((range) => range?.[1] ?? 0));
    // The value of a block ends at the beginning of the next line.
    const next = text[end - 1] === "\n" ? end - 1 : text.indexOf("\n", end);
    return next < 0 ? text.length : next + 1;
}

function linesOf(pins: Pins, indent: string): string {
    const block = new Document({});
    block.set(PINS, blockOf(block, pins));
    const step = indent === "" ? 2 : Math.min(8, indent.length);
    return block
        .toString({ lineWidth: 0, flowCollectionPadding: true, indent: step })
        .replace(/^(?=.)/gm, indent);
}

/** The file as the YAML library lays it out. */
function rewritten(document: Document, pins: Pins): string {
    const copy = document.clone();
    if (Object.keys(pins.components).length === 0) {
        copy.deleteIn(["config", PINS]);
    } else {
        if (!isMap(copy.contents)) {
            copy.contents = copy.createNode({}) as never;
        }
        if (!isMap(copy.get("config"))) {
            copy.set("config", copy.createNode({}));
        }
        copy.setIn(["config", PINS], blockOf(copy, pins));
    }
    return copy.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function sameContent(one: string, other: string): boolean {
    try {
        return isDeepStrictEqual(parse(one), parse(other));
    } catch {
        return false;
    }
}

function blockOf(document: Document, pins: Pins): YAMLMap {
    const ordered = Object.entries(pins.components).sort(([a], [b]) => (a < b ? -1 : 1));
    const components = document.createNode(
        Object.fromEntries(ordered.map(([id, pin]) => [id, tidy(pin)])),
    ) as YAMLMap;
    for (const { value } of components.items) {
        if (isMap(value)) {
            value.flow = true;
        }
    }
    const block = document.createNode({ schemaVersion: PINS_SCHEMA }) as YAMLMap;
    block.set("components", components);
    return block;
}

/** The parts of a pin in a fixed order. */
function tidy({ site, account, accelerators }: Pin): Pin {
    const sorted = Object.entries(accelerators ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return {
        site,
        ...(account === undefined ? {} : { account }),
        ...(sorted.length > 0 ? { accelerators: Object.fromEntries(sorted) } : {}),
    };
}
