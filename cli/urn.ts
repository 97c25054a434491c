/** The parts of a URN that name a resource within its stack. */
export interface UrnParts {
    readonly stack: string;
    readonly project: string;
    /** Types from the outermost component down, joined by `$`. */
    readonly qualifiedType: string;
    /** The resource's own type token. */
    readonly type: string;
    readonly name: string;
}

export const STACK_TYPE = "pulumi:pulumi:Stack";

const PREFIX = "urn:pulumi:";

/** The URN that the engine gives a resource. Children of the stack itself carry no parent type. */
export function formatUrn(place: {
    stack: string;
    project: string;
    type: string;
    name: string;
    parent?: string;
}): string {
    const parentType = place.parent === undefined ? "" : parseUrn(place.parent).qualifiedType;
    const qualified =
        parentType === "" || parentType === STACK_TYPE ? place.type : `${parentType}$${place.type}`;
    return `${PREFIX}${place.stack}::${place.project}::${qualified}::${place.name}`;
}

/** The parts of a URN; a name may itself hold `::`. */
export function parseUrn(urn: string): UrnParts {
    const [stack = "", project = "", qualifiedType = "", ...name] = urn.slice(PREFIX.length).split("::");
    return {
        stack,
        project,
        qualifiedType,
        type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
        name: name.join("::"),
    };
}

/** What stays of a URN when the same program runs as another stack or project. */
export function localIdentity(urn: string): string {
    const { qualifiedType, name } = parseUrn(urn);
    return `${qualifiedType}::${name}`;
}

/** A provider reference is the provider's URN and its id. */
export function providerUrn(reference: string): string {
    const end = reference.lastIndexOf("::");
    return end < 0 ? reference : reference.slice(0, end);
}

/** `aws:s3/bucket:Bucket` as people call it: `aws:s3:Bucket`. */
export function shortType(type: string): string {
    const [pkg = "", module = "", member = ""] = type.split(":");
    const slash = module.lastIndexOf("/");
    const last = module.slice(slash + 1);
    const repeated = slash >= 0 && last.toLowerCase() === member.toLowerCase();
    const shown = repeated ? module.slice(0, slash) : module;
    return pkg === "barycenter"
        ? member
        : [pkg, shown === "index" ? "" : shown, member].filter(Boolean).join(":");
}
