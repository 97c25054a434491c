// The program without components: registers what recorder.ts has recorded. It loads the same SDK modules as the
// program with components and gives each resource the same inputs, dependencies and outputs. On request it puts the
// resources below empty components, which shows what Pulumi itself takes for those.
"use strict";
const pulumi = require("@pulumi/pulumi");
const { resources, modules, emptyComponents } = require("./recorded.json");

modules.forEach((name) => require(name));

const made = [];

function input(recorded) {
    if ("list" in recorded) {
        return recorded.list.map(input);
    }
    if ("map" in recorded) {
        return map(recorded.map);
    }
    return "output" in recorded ? output(recorded.output) : recorded.plain;
}

function map(recorded) {
    return Object.fromEntries(Object.entries(recorded).map(([key, value]) => [key, input(value)]));
}

function output({ from, known, secret, value }) {
    const sources = from.map((at) => made[at]);
    let result;
    if (known) {
        result = pulumi.all(sources.map((source) => source.urn)).apply(() => value);
    } else if (sources.length > 0) {
        // Ids are what is unknown at preview.
        result = pulumi.all(sources.map((source) => source.id)).apply(([id]) => id);
    } else {
        result = pulumi.output(pulumi.unknown);
    }
    return secret ? pulumi.secret(result) : result;
}

const components = new Map();

function component({ type, name }) {
    const key = `${type} ${name}`;
    if (!components.has(key)) {
        const made = new pulumi.ComponentResource(type, name);
        made.registerOutputs({});
        components.set(key, made);
    }
    return components.get(key);
}

for (const { type, name, parent, inputs, outputs, provider, dependsOn, options } of resources) {
    const props = { ...Object.fromEntries(outputs.map((key) => [key, undefined])), ...map(inputs) };
    const opts = {
        ...options,
        ...(emptyComponents && parent ? { parent: component(parent) } : {}),
        ...(dependsOn.length > 0 ? { dependsOn: dependsOn.map((at) => made[at]) } : {}),
        ...(provider === undefined ? {} : { provider: made[provider] }),
    };
    const provides = /^pulumi:providers:(.+)$/.exec(type)?.[1];
    made.push(
        provides
            ? new pulumi.ProviderResource(provides, name, props, opts)
            : new pulumi.CustomResource(type, name, props, opts),
    );
}
