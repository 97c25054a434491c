import * as pulumi from "@pulumi/pulumi";
import { Scope } from "../providers/scope";
import type { Site } from "../providers/site";
import { siteProvider } from "../providers";
import type { Declaration, Settings } from "./declared";
import { estimate, type MonthlyCost } from "./estimate";
import { placementId } from "./placementId";
import { refuse } from "./planning";
import { formatProblem, notOneOf } from "./validation/problem";

/** What all components of the package share. */
export abstract class Component extends pulumi.ComponentResource {
    /**
     * True only while `barycenter plan` collects the mistakes of a whole program and this component has some:
     * its outputs are then unknown and it has no children.
     * @internal
     */
    readonly invalid: boolean;
    /**
     * True only while `barycenter plan` has not chosen its place yet.
     * @internal
     */
    readonly unplaced: boolean;
    /** The site that this component is at; undefined when its arguments were refused by `barycenter plan`. */
    readonly site?: Site;
    /**
     * What it costs a month, by its own declaration: a store its data, a cluster what stands there without workloads,
     * a service or job what it adds to the cluster or its endpoint, with the data that it has moved. Undefined where no
     * price is known, as of a cluster of your own. `stackCost()` gives the whole.
     */
    readonly monthlyCost?: MonthlyCost;
    /** @internal */
    readonly resourceName: string;
    /**
     * Its name among all components of the program, under which its pin is kept.
     * @internal
     */
    readonly placementId: string;

    protected constructor(
        type: string,
        name: string,
        declaration: Declaration<unknown>,
        opts: pulumi.ComponentResourceOptions | undefined,
    ) {
        super(`barycenter:index:${type}`, name, declaration.registered, opts);
        this.resourceName = name;
        this.placementId = placementId(type, name, opts?.parent);
        this.invalid = declaration.valid === undefined;
        this.unplaced = declaration.unplaced ?? false;
        for (const warning of declaration.warnings) {
            void pulumi.log.warn(formatProblem(warning), this);
        }
        if (declaration.valid) {
            this.site = declaration.valid.settings.site;
            const cost = estimate(this, declaration.demand, this.site);
            if (cost) {
                this.monthlyCost = cost;
            }
        }
    }

    /** The scope through which a cloud makes this component's children. */
    protected scope(name: string, settings: Settings): Scope {
        const provider = settings.site.provider ?? siteProvider(settings.site);
        return Scope.of(this, name, {
            site: settings.site,
            tier: settings.tier,
            tags: settings.tags,
            protect: settings.protect,
            ...(settings.customize ? { customize: settings.customize } : {}),
            ...(provider ? { provider } : {}),
        });
    }

    /**
     * A customizer for a child that doesn't exist would be lost without a word.
     *
     * @throws InvalidComponentError when a key of `customize` matches no child, unless the program is only planned
     */
    protected checkCustomizers(type: string, name: string, scope: Scope): void {
        // Files are uploaded after the constructor, if at all.
        const unused = scope.unusedCustomizers.filter((suffix) => !suffix.startsWith("upload-"));
        if (unused.length > 0) {
            refuse(
                `${type} '${name}'`,
                unused.map((suffix) => ({
                    path: `customize.${suffix}`,
                    message: notOneOf("a child of this component", suffix, [...scope.suffixes].sort()),
                })),
                this,
            );
        }
    }
}

/** An output whose value is not known. */
export function unknownOutput<T>(): pulumi.Output<T> {
    return pulumi.output(pulumi.unknown as unknown as T) as pulumi.Output<T>;
}
