import { parseUrn, providerUrn, STACK_TYPE } from "../urn";
import type { Deployment, StateResource } from "./checkpoint";
import { quoted } from "./shell";

/** What `pulumi import --file` reads. */
export interface ImportFile {
    /** URNs of parents and providers by the names that the resources use. */
    readonly nameTable: Readonly<Record<string, string>>;
    readonly resources: readonly {
        readonly type: string;
        readonly name: string;
        readonly id: string;
        readonly parent?: string;
        readonly provider?: string;
    }[];
}

/** A resource with the id that it is imported by. */
export interface Importable {
    readonly resource: StateResource;
    readonly id: string;
}

/** Whether an import would give the resource the URN that the program gives it: its parent must be recorded. */
export function canBePlaced({ parent }: StateResource, deployment: Deployment): boolean {
    const known = (deployment.resources ?? []).some((each) => each.urn === parent);
    return parent === undefined || parseUrn(parent).type === STACK_TYPE || known;
}

/**
 * `pulumi import` of one resource, under the parent and with the provider that it was to have.
 *
 * `pulumi refresh --import-pending-creates` would seem to serve, but it forgets the creation without recording the
 * resource (tried with CLI 3.259).
 */
export function importCommand({ resource, id }: Importable, stack: string | undefined): string {
    const { parent, provider } = relatives(resource);
    const words = ["pulumi import", quoted(resource.type), quoted(parseUrn(resource.urn).name), quoted(id)];
    if (parent !== undefined) {
        words.push(`--parent ${quoted(`${variable(parent)}=${parent}`)}`);
    }
    if (provider !== undefined) {
        const taken = parent !== undefined && variable(parent) === variable(provider);
        words.push(`--provider ${quoted(`${variable(provider)}${taken ? "Provider" : ""}=${provider}`)}`);
    }
    return [...words, ...flags(resource.protect === true, stack)].join(" ");
}

/** All of them for one `pulumi import --file`. */
export function importFile(importables: readonly Importable[]): ImportFile {
    const nameTable: Record<string, string> = {};
    const nameOf = (urn: string): string => {
        const free = (name: string) => nameTable[name] === undefined || nameTable[name] === urn;
        const base = variable(urn);
        let name = base;
        for (let count = 2; !free(name); count++) {
            name = `${base}${count}`;
        }
        nameTable[name] = urn;
        return name;
    };
    const resources = importables.map(({ resource, id }) => {
        const { parent, provider } = relatives(resource);
        return {
            type: resource.type,
            name: parseUrn(resource.urn).name,
            id,
            ...(parent === undefined ? {} : { parent: nameOf(parent) }),
            ...(provider === undefined ? {} : { provider: nameOf(provider) }),
        };
    });
    return { nameTable, resources };
}

/** The command that reads an {@link ImportFile}. The next `up` protects what the program protects. */
export function importFileCommand(file: string, stack: string | undefined): string {
    return ["pulumi import --file", quoted(file), ...flags(false, stack)].join(" ");
}

/** The program has the resources already, and says itself whether they are protected. */
function flags(protect: boolean, stack: string | undefined): string[] {
    return [
        "--generate-code=false",
        `--protect=${protect}`,
        ...(stack === undefined ? [] : [`--stack ${quoted(stack)}`]),
    ];
}

/** URNs of the parent and of the provider, where they are not the stack and the default provider. */
function relatives({ parent, provider }: StateResource): { parent?: string; provider?: string } {
    const explicit = provider === undefined ? undefined : providerUrn(provider);
    return {
        ...(parent === undefined || parseUrn(parent).type === STACK_TYPE ? {} : { parent }),
        ...(explicit === undefined || parseUrn(explicit).name.startsWith("default")
            ? {}
            : { provider: explicit }),
    };
}

/** Names in an import are those of variables. */
function variable(urn: string): string {
    return parseUrn(urn).name.replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase());
}
