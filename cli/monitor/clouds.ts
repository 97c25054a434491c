import { readConfig } from "../../testing/config";
import { invoke } from "../../testing/invokes";
import type { CloudConfig } from "../../testing/rules/types";
import { packageOf, type ObjectSpec, type PackageName, type TypeSpec } from "../../testing/schema/types";
import { Simulator } from "../../testing/simulator";
import { isObject, reveal, unknownValue, type Value, type Values } from "../../testing/values";
import { providerUrn } from "../urn";
import type { RecordedResource, Recording } from "./recording";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** The simulated clouds as a plan uses them: they check inputs, tell outputs and answer functions. */
export class Clouds {
    private readonly simulator = new Simulator();

    /** @param config the program's configuration, which configures the default providers */
    constructor(
        private readonly recording: Recording,
        private readonly config: Readonly<Record<string, string>>,
    ) {}

    /** Everything that a resource's provider or service would refuse. Empty for clouds that are not simulated. */
    refusals(resource: RecordedResource): readonly string[] {
        const cloud = packageOf(resource.type);
        if (!cloud) {
            return [];
        }
        const { failures } = this.simulator.check({
            type: resource.type,
            name: resource.name,
            urn: resource.urn,
            inputs: resource.inputs,
            config: this.providerConfig(cloud, resource.provider),
        });
        return failures.map(({ property, reason }) => (property === "" ? reason : `${property}: ${reason}`));
    }

    /**
     * What a resource's outputs look like before it exists: its inputs, with unknowns where nested objects promise
     * more. Outputs that are left out are unknown to the SDK.
     */
    outputs(type: string, inputs: Values): Values {
        const cloud = packageOf(type);
        const spec = cloud && this.simulator.spec(type);
        const outputs: Values = {};
        for (const [name, value] of Object.entries(inputs)) {
            const expected = spec && Object.hasOwn(spec.outputs, name) ? spec.outputs[name] : "any";
            outputs[name] = this.complete(value, expected ?? "any", cloud);
        }
        if (cloud === "kubernetes" && isObject(outputs.metadata)) {
            outputs.metadata = { name: unknownValue, uid: unknownValue, ...outputs.metadata };
        }
        return outputs;
    }

    /**
     * The answer of a cloud's function.
     *
     * @returns undefined when no simulated cloud has it
     * @throws CloudError when the cloud refuses the question
     */
    answer(token: string, args: Values, provider: string): Values | undefined {
        const cloud = packageOf(token);
        return cloud && invoke(this.simulator, token, args, this.providerConfig(cloud, provider));
    }

    private complete(value: Value, type: TypeSpec, cloud: PackageName | undefined): Value {
        if (isObject(value) && value[SIGNATURE] === SECRET) {
            return { ...value, value: this.complete(value.value ?? null, type, cloud) };
        }
        if (isObject(value) && value[SIGNATURE] === RESOURCE) {
            return value.id || unknownValue;
        }
        if (Array.isArray(value)) {
            const item = typeof type === "object" && "array" in type ? type.array : "any";
            return value.map((each) => this.complete(each, item, cloud));
        }
        if (!isObject(value) || value[SIGNATURE] !== undefined) {
            return value;
        }
        const spec = this.objectSpec(type, cloud);
        const each = typeof type === "object" && "map" in type ? type.map : "any";
        const completed: Values = {};
        for (const name of spec?.required ?? []) {
            completed[name] = unknownValue;
        }
        for (const [name, item] of Object.entries(value)) {
            completed[name] = this.complete(item, spec?.properties[name] ?? each, cloud);
        }
        return completed;
    }

    private objectSpec(type: TypeSpec, cloud: PackageName | undefined): ObjectSpec | undefined {
        return cloud && typeof type === "object" && "ref" in type
            ? this.simulator.schemas.object(cloud, type.ref)
            : undefined;
    }

    private providerConfig(cloud: PackageName, reference: string): CloudConfig {
        const explicit = this.recording.resources.get(providerUrn(reference));
        if (explicit) {
            return readConfig(cloud, parsedProperties(reveal(explicit.inputs) as Values));
        }
        const prefix = `${cloud}:`;
        const own = Object.entries(this.config).filter(([key]) => key.startsWith(prefix));
        return readConfig(
            cloud,
            parsedProperties(
                Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
            ),
        );
    }
}

/** Providers take what is no text as JSON. */
function parsedProperties(properties: Values): Values {
    return Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [
            key,
            /^[[{]/.test(String(value)) ? parsed(value) : value,
        ]),
    );
}

function parsed(value: Value): Value {
    try {
        return typeof value === "string" ? (JSON.parse(value) as Value) : value;
    } catch {
        return value;
    }
}
