import { checkTypes, type Failure, suggestion } from "./check";
import { generators, readConfig, regionOf, scopeOf } from "./config";
import { compare } from "./compare";
import type { Diff } from "./diff";
import { CloudError } from "./errors";
import { invoke } from "./invokes";
import { type Autonaming, defaultsKey, fillName, nameProperty } from "./names";
import { createdOutputs, previewOutputs, previewUpdatedOutputs, type Projection } from "./projection";
import { protectedBy, ruleOf } from "./rules";
import { verifyTags } from "./rules/tags";
import type { CloudConfig, Context, Rule } from "./rules/types";
import { verifyProperties } from "./rules/verify";
import { SchemaRegistry } from "./schema/registry";
import { type PackageName, packageOf, type ResourceSpec } from "./schema/types";
import { customSpec, isCustomType } from "./schema/custom";
import { type CloudResource, Store } from "./store";
import { hasUnknown, type Path, reveal, stringAt, valuesAt, type Values } from "./values";

/** A resource as the program declares it. */
export interface Declaration {
    readonly type: string;
    /** Its name in the program. */
    readonly name: string;
    readonly inputs: Values;
    /** Configuration of its provider. @default the simulated clouds' own account and region */
    readonly config?: CloudConfig;
    readonly urn?: string;
}

/** How {@link Simulator.check} answers. */
export interface Checked {
    /** The inputs with what the provider fills in, such as the name. */
    readonly inputs: Values;
    readonly failures: readonly Failure[];
    /** The property of the name that the provider made up; undefined when the program gives one. */
    readonly autonamed?: string;
}

/**
 * The simulated clouds without any server: checks, creates, reads, updates and deletes resources in memory (or
 * in a {@link Store} with a file). All properties are plain or in the engine's envelopes, which are taken off;
 * what is not known yet is `unknownValue`.
 */
export class Simulator {
    constructor(
        readonly store: Store = new Store(),
        readonly schemas: SchemaRegistry = new SchemaRegistry(),
        readonly now: () => Date = () => new Date(),
    ) {}

    /** The schema of a type, Kubernetes custom resources included; undefined when no SDK declares it. */
    spec(type: string): ResourceSpec | undefined {
        return this.schemas.resource(type) ?? (isCustomType(type) ? customSpec(type) : undefined);
    }

    /** Names the resource if the program does not, and lists everything that its provider or service refuses. */
    check(
        declaration: Declaration,
        options: { olds?: Values; seed?: string; autonaming?: Autonaming } = {},
    ): Checked {
        const { type, name } = declaration;
        const given = reveal(declaration.inputs) as Values;
        const spec = this.spec(type);
        const cloud = cloudOf(type);
        if (!spec) {
            return { inputs: given, failures: [{ property: "", reason: this.unknownType(type) }] };
        }
        const rule = ruleOf(type);
        const { inputs, autonamed } = fillName({
            package: cloud,
            type,
            name,
            spec,
            rule: rule?.name,
            inputs: given,
            olds: options.olds,
            seed: options.seed ?? declaration.urn ?? name,
            autonaming: options.autonaming,
        });
        const failures = checkTypes(inputs, {
            properties: spec.inputs,
            required: spec.required,
            open: spec.open,
            types: (ref) => this.schemas.object(cloud, ref),
            ignoreCase: cloud === "azure-native",
        });
        const config = declaration.config ?? readConfig(cloud, {});
        if (rule) {
            failures.push(
                ...verifyProperties(inputs, rule),
                ...(rule.verify?.(inputs, { name, config }) ?? []),
            );
        }
        failures.push(...verifyTags(cloud, inputs));
        return { inputs, failures: distinct(failures), ...(autonamed ? { autonamed } : {}) };
    }

    /** What the outputs will look like: what can't be known before the resource exists is unknown. */
    preview(declaration: Declaration): Values {
        const inputs = reveal(declaration.inputs) as Values;
        const context = this.context({ ...declaration, inputs }, "preview");
        return previewOutputs(context, this.projection(declaration.type));
    }

    /** What the outputs will look like after an update of what had the outputs `before`. */
    previewUpdate(declaration: Declaration, before: Values): Values {
        const inputs = reveal(declaration.inputs) as Values;
        const context = { ...this.context({ ...declaration, inputs }, "preview"), previous: before };
        return previewUpdatedOutputs(context, before, this.projection(declaration.type));
    }

    /**
     * Makes a resource.
     *
     * @throws CloudError when the service refuses: a name that is taken, a limit, something missing.
     */
    create(declaration: Declaration): CloudResource {
        const inputs = reveal(declaration.inputs) as Values;
        const serial = this.store.nextSerial();
        const context = this.context({ ...declaration, inputs }, String(serial));
        const rule = ruleOf(declaration.type);
        if (hasUnknown(inputs)) {
            throw new CloudError(`${declaration.type} "${declaration.name}": a value is still unknown`);
        }
        const id = rule?.id?.(context) ?? this.genericId(context);
        const made = { ...context, id };
        this.refuseTaken(made, rule);
        const refusal = rule?.refuse?.(made);
        if (refusal) {
            throw new CloudError(refusal);
        }
        const resource: CloudResource = {
            id,
            type: declaration.type,
            scope: this.scope(made),
            ...(declaration.urn ? { urn: declaration.urn } : {}),
            serial,
            inputs,
            outputs: createdOutputs(made, this.projection(declaration.type)),
        };
        this.store.put(resource);
        rule?.touches?.(made).forEach((each) => this.store.put(each));
        return resource;
    }

    /** What exists under an id; undefined when nothing does. */
    read(type: string, id: string, config?: CloudConfig): CloudResource | undefined {
        const cloud = cloudOf(type);
        const scopes = config ?? readConfig(cloud, {});
        const exact = this.store.get(type, scopeOf(cloud, scopes, regionOf(cloud, type, {}, scopes)), id);
        return (
            exact ??
            this.store.all().find((each) => each.type === type && each.id === id && this.sees(each, scopes))
        );
    }

    /** Gives a resource new inputs. @throws CloudError when the service refuses or the resource is gone. */
    update(id: string, declaration: Declaration): CloudResource {
        const inputs = reveal(declaration.inputs) as Values;
        const before = this.require(declaration.type, id, declaration.config);
        const context = {
            ...this.context({ ...declaration, inputs }, String(before.serial)),
            id,
            previous: before.outputs,
        };
        const rule = ruleOf(declaration.type);
        const refusal = rule?.refuse?.(context);
        if (refusal) {
            throw new CloudError(refusal);
        }
        const after = {
            ...before,
            inputs,
            outputs: createdOutputs(context, this.projection(declaration.type)),
        };
        this.store.put(after);
        rule?.touches?.(context).forEach((each) => this.store.put(each));
        return after;
    }

    /** Deletes a resource; one that is gone already is fine. @throws CloudError when the service refuses. */
    delete(type: string, id: string, config?: CloudConfig): void {
        const resource = this.read(type, id, config);
        if (!resource) {
            return;
        }
        const rule = ruleOf(type);
        const used = config ?? readConfig(cloudOf(type), {});
        const context = this.context(
            { type, name: id, inputs: resource.inputs, config: used },
            String(resource.serial),
        );
        const refusal =
            protectedBy(resource, context) ??
            this.holder(resource, rule) ??
            rule?.refuseDelete?.(resource, context);
        if (refusal) {
            throw new CloudError(refusal);
        }
        for (const { type: along, through, by } of rule?.takesAlong ?? []) {
            const value = identity(resource, by);
            this.store
                .all()
                .filter((each) => (along === "*" || each.type === along) && each.scope === resource.scope)
                .filter((each) => each.id !== resource.id && valuesAt(each.inputs, through).includes(value))
                .forEach((each) => this.store.drop(each));
        }
        this.store.drop(resource);
    }

    /** What changing inputs would mean. */
    diff(
        type: string,
        olds: Values,
        news: Values,
        config?: CloudConfig,
        ignored: (path: Path) => boolean = () => false,
    ): Diff {
        const cloud = cloudOf(type);
        const subject = {
            package: cloud,
            type,
            spec: this.spec(type),
            rule: ruleOf(type),
            config: config ?? readConfig(cloud, {}),
        };
        return compare(subject, reveal(olds) as Values, reveal(news) as Values, ignored);
    }

    /** Answers a function (an invoke). @throws CloudError when no SDK declares it. */
    invoke(token: string, args: Values, config?: CloudConfig): Values {
        return invoke(this, token, args, config ?? readConfig(cloudOf(token), {}));
    }

    private projection(type: string): Projection {
        return {
            package: cloudOf(type),
            spec: this.requireSpec(type),
            rule: ruleOf(type),
            types: (ref) => this.schemas.object(cloudOf(type), ref),
        };
    }

    private context(declaration: Declaration, seed: string): Context {
        const { type, name } = declaration;
        const { [defaultsKey]: _, ...inputs } = declaration.inputs;
        const cloud = cloudOf(type);
        const config = declaration.config ?? readConfig(cloud, {});
        const region = regionOf(cloud, type, inputs, config);
        const property = nameProperty({
            package: cloud,
            type,
            spec: this.spec(type),
            rule: ruleOf(type)?.name,
        });
        const scope = scopeOf(cloud, config, region);
        const generated = generators(`${type}:${seed}`);
        const prefix = stringAt(inputs, `${property ?? "name"}Prefix`) ?? stringAt(inputs, "namePrefix");
        return {
            type,
            name,
            // A prefix gets a suffix of its own each time, so that a replacement can stand beside its predecessor.
            physical:
                (property && stringAt(inputs, property)) ??
                (prefix === undefined ? name : `${prefix}${generated.hex("suffix", 8)}`),
            inputs,
            config,
            region,
            id: "",
            now: this.now().toISOString(),
            ...generated,
            everything: () => this.store.all().filter((each) => each.scope === scope),
            existing: (...types) =>
                this.store.all().filter((each) => types.includes(each.type) && each.scope === scope),
        };
    }

    private scope(context: Context): string {
        return scopeOf(cloudOf(context.type), context.config, context.region);
    }

    private sees(resource: CloudResource, config: CloudConfig): boolean {
        const cloud = cloudOf(resource.type);
        const region = regionOf(cloud, resource.type, resource.inputs, config);
        return cloud === "aws"
            ? resource.scope.startsWith(`${config.account}/`)
            : resource.scope === scopeOf(cloud, config, region);
    }

    private refuseTaken(context: Context, rule: Rule | undefined): void {
        if (rule?.singleton) {
            return;
        }
        const taken = rule?.name?.global
            ? this.store
                  .all()
                  .some((each) => each.type === context.type && nameOf(each, rule) === context.physical)
            : this.store.get(context.type, this.scope(context), context.id) !== undefined;
        if (taken) {
            throw new CloudError(
                rule?.name?.taken?.(context.physical, context) ??
                    `AlreadyExists: ${context.type} "${context.id}" already exists`,
            );
        }
    }

    private holder(resource: CloudResource, rule: Rule | undefined): string | undefined {
        for (const { type, through, by, say } of rule?.heldBy ?? []) {
            const value = identity(resource, by);
            const holder = this.store
                .all()
                .find(
                    (each) =>
                        each.type === type &&
                        each.scope === resource.scope &&
                        valuesAt(each.inputs, through).includes(value),
                );
            const refusal = holder && say(resource, holder);
            if (refusal) {
                return refusal;
            }
        }
        return undefined;
    }

    private genericId(context: Context): string {
        const named = this.spec(context.type)?.inputs.name !== undefined;
        return named ? context.physical : `${context.physical}-${context.hex("id", 12)}`;
    }

    private require(type: string, id: string, config?: CloudConfig): CloudResource {
        const found = this.read(type, id, config);
        if (!found) {
            throw new CloudError(`NotFound: ${type} "${id}" does not exist`);
        }
        return found;
    }

    private requireSpec(type: string): ResourceSpec {
        const spec = this.spec(type);
        if (!spec) {
            throw new CloudError(this.unknownType(type));
        }
        return spec;
    }

    private unknownType(type: string): string {
        const cloud = cloudOf(type);
        const known = this.schemas.known(cloud);
        return `unknown resource type "${type}" in @pulumi/${cloud} ${this.schemas.version(cloud)}${suggestion(type, known)}`;
    }
}

function cloudOf(type: string): PackageName {
    const cloud = packageOf(type);
    if (!cloud) {
        throw new CloudError(`no simulated cloud serves the type "${type}"`);
    }
    return cloud;
}

function nameOf(resource: CloudResource, rule: Rule): string | undefined {
    return rule.name && stringAt(resource.inputs, rule.name.property);
}

function identity(resource: CloudResource, by: string | undefined): string {
    return by === undefined || by === "id" ? resource.id : (stringAt(resource.outputs, by) ?? resource.id);
}

function distinct(failures: readonly Failure[]): Failure[] {
    return [...new Map(failures.map((each) => [`${each.property}\n${each.reason}`, each])).values()];
}
