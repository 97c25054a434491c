import { isObject, isUnknown, reveal, type Path, type Value, type Values } from "../../testing/values";
import type { RecordedResource, Recording, Severity } from "../monitor/recording";
import { packageVersion } from "../package";
import type { ResolvedConfig } from "../project/config";
import type { Project } from "../project/project";
import type { Stack } from "../project/stack";
import {
    SCHEMA_VERSION,
    type PlanDocument,
    type PlanError,
    type PlannedComponent,
    type PlannedResource,
} from "./document";

/** What was planned. */
export interface Planned {
    readonly project: Project;
    readonly stack: Stack;
    readonly config: ResolvedConfig;
    readonly recording: Recording;
}

/** The plan as a document: components with what belongs to them, in the order of the program. */
export function planOf(
    { project, stack, config, recording }: Planned,
    errors: readonly PlanError[],
): PlanDocument {
    const root = recording.stack;
    const tree = new Tree(recording);
    const { components, resources } = tree.under(root?.urn);
    const { "barycenter:cloud": cloud, "barycenter:region": region } = config.values;
    return {
        schemaVersion: SCHEMA_VERSION,
        barycenter: packageVersion(),
        project: project.name,
        stack: stack.name,
        ...(cloud && region ? { site: `${cloud}/${region}` } : {}),
        components,
        resources,
        outputs: shown(root?.outputs),
        warnings: [...tree.warnings(""), ...(root ? tree.warnings(root.urn) : [])],
        assumptions: recording.assumptions,
        totals: tree.totals,
        errors: distinct(errors),
    };
}

class Tree {
    readonly totals = { components: 0, resources: 0 };
    private readonly children = new Map<string, RecordedResource[]>();

    constructor(private readonly recording: Recording) {
        for (const resource of recording.resources.values()) {
            const owner = this.ownerOf(resource);
            this.children.set(owner, [...(this.children.get(owner) ?? []), resource]);
        }
    }

    under(urn: string | undefined): Pick<PlannedComponent, "components" | "resources"> {
        const members = this.children.get(urn ?? "") ?? [];
        const components = members.filter((member) => !member.custom);
        return {
            components: inProgramOrder(components, (each) => this.orderOf(each)).map((member) =>
                this.component(member),
            ),
            resources: members
                .filter((member) => member.custom && !isPlumbing(member))
                .sort(byTypeAndName)
                .map((member) => this.resource(member)),
        };
    }

    warnings(urn: string): string[] {
        return this.messages(urn, "warning");
    }

    private messages(urn: string, severity: Severity): string[] {
        const texts = this.recording.messages
            .filter((message) => message.urn === urn && message.severity === severity)
            .map((message) => message.text);
        return [...new Set(texts)];
    }

    private component(resource: RecordedResource): PlannedComponent {
        this.totals.components += 1;
        const outputs = shown(resource.outputs);
        const site = siteOf(resource, outputs);
        const notes = this.messages(resource.urn, "info");
        return {
            type: resource.type,
            name: resource.name,
            urn: resource.urn,
            ...(site === undefined ? {} : { site }),
            outputs,
            ...(isContract(outputs.client) ? { client: outputs.client } : {}),
            warnings: this.warnings(resource.urn),
            ...(notes.length > 0 ? { notes } : {}),
            ...this.under(resource.urn),
        };
    }

    private resource(resource: RecordedResource): PlannedResource {
        this.totals.resources += resource.read ? 0 : 1;
        const warnings = this.warnings(resource.urn);
        return {
            type: resource.type,
            name: resource.name,
            urn: resource.urn,
            ...(resource.protect ? { protect: true as const } : {}),
            ...(resource.retainOnDelete ? { retainOnDelete: true as const } : {}),
            ...(resource.read ? { read: true as const } : {}),
            ...(warnings.length > 0 ? { warnings } : {}),
        };
    }

    /** A component of the user's own stands where the first of ours in it does. */
    private orderOf(resource: RecordedResource): number {
        const inner = (this.children.get(resource.urn) ?? []).map((child) => this.orderOf(child));
        return Math.min(declaredOrder(resource), ...inner);
    }

    /** The component, or the stack, that a resource belongs to; a resource may also be the parent of another. */
    private ownerOf(resource: RecordedResource): string {
        let parent =
            resource.parent === undefined ? undefined : this.recording.resources.get(resource.parent);
        while (parent?.custom && parent.parent !== undefined) {
            parent = this.recording.resources.get(parent.parent);
        }
        return parent?.urn ?? "";
    }
}

/** What our components say of it while they are planned (components/planning.ts); registrations arrive in any order. */
export function declaredOrder(resource: RecordedResource): number {
    const { order } = resource.inputs;
    return resource.type.startsWith("barycenter:") && typeof order === "number" ? order : Infinity;
}

/** In the order of the program; what has no place in it keeps the order of arrival, after the rest. */
export function inProgramOrder<T>(items: readonly T[], orderOf: (item: T) => number): T[] {
    const placed = items.map((item) => ({ item, order: orderOf(item) }));
    const rank = (order: number) => Math.min(order, Number.MAX_SAFE_INTEGER);
    return placed.sort((a, b) => rank(a.order) - rank(b.order)).map(({ item }) => item);
}

/** Resources register in no fixed order, and two plans of one program should read the same. */
function byTypeAndName(a: RecordedResource, b: RecordedResource): number {
    return a.type.localeCompare(b.type, "en") || a.name.localeCompare(b.name, "en", { numeric: true });
}

/** Providers and stack references exist in the state alone, not in a cloud. */
function isPlumbing(resource: RecordedResource): boolean {
    return resource.type.startsWith("pulumi:");
}

function siteOf(resource: RecordedResource, outputs: Readonly<Record<string, unknown>>): string | undefined {
    if (typeof outputs.cloud === "string" && typeof outputs.region === "string") {
        return `${outputs.cloud}/${outputs.region}`;
    }
    const declared = resource.type.startsWith("barycenter:") ? resource.inputs.site : undefined;
    return typeof declared === "string" ? declared : undefined;
}

function isContract(value: unknown): value is NonNullable<PlannedComponent["client"]> {
    const fields = ["protocol", "authentication", "urlForm"] as const;
    return isObject(value as Value) && fields.every((field) => typeof (value as Values)[field] === "string");
}

/** Outputs for people: what is not known is null, what is secret says so. */
function shown(outputs: Values | undefined): Record<string, unknown> {
    const secrets: Path[] = [];
    const plain = reveal(outputs ?? {}, secrets) as Values;
    const concealed = secrets.reduce((value, path) => withAt(value, path, "[secret]"), plain as Value);
    return withoutUnknowns(concealed) as Record<string, unknown>;
}

function withAt(value: Value, path: Path, replacement: Value): Value {
    const [step, ...rest] = path;
    if (step === undefined) {
        return replacement;
    }
    if (Array.isArray(value)) {
        return value.map((item, index) => (index === step ? withAt(item, rest, replacement) : item));
    }
    return isObject(value) ? { ...value, [step]: withAt(value[step] ?? null, rest, replacement) } : value;
}

function withoutUnknowns(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map(withoutUnknowns);
    }
    if (isObject(value)) {
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknowns(item)]));
    }
    return isUnknown(value) ? null : value;
}

function distinct(errors: readonly PlanError[]): PlanError[] {
    const seen = new Map(errors.map((error) => [`${error.urn ?? ""}\n${error.message}`, error]));
    return [...seen.values()];
}
