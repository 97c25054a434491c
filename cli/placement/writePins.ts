import * as fs from "node:fs";
import * as path from "node:path";
import { Document, isMap, parseDocument, type YAMLMap } from "yaml";
import { PINS_SCHEMA, type Pin, type Pins } from "../../placement/pins";
import { UsageError } from "../errors";

const KEY = ["config", "barycenter:pins"];

/**
 * Writes pins into a stack's file, keeping its comments and all else that it holds. One line a component, in the order
 * of their names, so that the pins of two branches merge, or conflict in a way that can be read.
 */
export function writePins(file: string, pins: Pins): void {
    const document = fs.existsSync(file) ? parseDocument(fs.readFileSync(file, "utf8")) : new Document({});
    if (document.errors.length > 0) {
        throw new UsageError(`${file} is no valid YAML: ${document.errors[0].message}`);
    }
    if (Object.keys(pins.components).length === 0) {
        document.deleteIn(KEY);
    } else {
        if (!isMap(document.contents)) {
            document.contents = document.createNode({}) as never;
        }
        if (!isMap(document.get("config"))) {
            document.set("config", document.createNode({}));
        }
        document.setIn(KEY, blockOf(document, pins));
    }
    // Written beside and moved, so that a crash never leaves half a file.
    const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
    fs.writeFileSync(temporary, document.toString({ lineWidth: 0, flowCollectionPadding: true }));
    fs.renameSync(temporary, file);
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
    return { site, ...(account === undefined ? {} : { account }), ...(accelerators ? { accelerators } : {}) };
}
