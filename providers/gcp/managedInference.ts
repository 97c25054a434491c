import * as vertex from "@pulumi/gcp/vertex";
import * as pulumi from "@pulumi/pulumi";
import type { InferenceHandle, ManagedInferenceSpec } from "../concepts/inference";
import type { Scope } from "../scope";
import { projectOf } from "./context";
import { keyGrant } from "./encryption";
import { NAMES } from "./names";
import { vertexAgent, type ServiceAgent } from "./serviceAgents";
import { enableServices } from "./services";
import { clientContract, copiesModel, serving, type Serving } from "./serving";
import { VertexDeployment } from "./vertexDeployment/resource";
import { machineSpec, metricSpecs, scalingNote } from "./vertexScaling";
import { identityAccount } from "./workloadIdentity";

/** A Vertex AI endpoint with the model deployed on it, running as an account of its own. */
export function managedInference(spec: ManagedInferenceSpec, scope: Scope): InferenceHandle {
    const notes = [scalingNote(spec), addressNote(spec, scope)];
    notes.filter((note) => note !== undefined).forEach((note) => void pulumi.log.warn(note, scope.component));
    const project = projectOf(scope);
    const key = spec.encryptionKey;
    const needsAgent = key !== undefined || copiesModel(spec);
    const services = enableServices(
        ["aiplatform", "iam", ...(needsAgent ? (["cloudresourcemanager"] as const) : [])],
        project,
        scope,
    );
    const agent = needsAgent ? vertexAgent(project, scope, services.ready) : undefined;
    const keyGrants = agent && key !== undefined ? [keyGrant(agent, key, scope)] : [];
    const ready = [...services.ready, ...(agent?.ready ?? []), ...keyGrants];
    const account = identityAccount("identity", project, scope, services.ready);
    const server = serving(spec, scope.site.zone);
    const endpoint = makeEndpoint(spec, { project, key, dependsOn: ready }, scope);
    const deployment = deploy(
        spec,
        server,
        {
            project,
            key,
            endpoint,
            serviceAccount: account.email,
            dependsOn: [...ready, ...modelGrants(spec, account.member, agent, scope)],
        },
        scope,
    );
    return {
        url: pulumi.interpolate`${addressOf(spec, deployment, scope)}/v1/projects/${project}/locations/${scope.site.region}/endpoints/${endpoint.name}:${server.method}`,
        revision: deployment.modelId,
        identity: account.member,
        client: clientContract(spec, server),
        accelerator: pulumi.output(spec.machine.accelerator ?? "cpu"),
        nodes: {
            endpoint,
            deployment,
            identity: account,
            ...services.nodes,
            ...agent?.nodes,
            ...(keyGrants[0] ? { "key-grant": keyGrants[0] } : {}),
        },
    };
}

interface EndpointSettings {
    readonly project: pulumi.Output<string>;
    readonly key?: pulumi.Input<string>;
    readonly dependsOn: readonly pulumi.Resource[];
}

function makeEndpoint(
    spec: ManagedInferenceSpec,
    settings: EndpointSettings,
    scope: Scope,
): vertex.AiEndpoint {
    const { project, key } = settings;
    const network = spec.expose === "network" ? scope.site.zone.network : undefined;
    const region = scope.site.region;
    // A change of these makes another endpoint, which needs another number.
    const name = pulumi.all([project, key]).apply(([account, keyName]) =>
        scope.physicalName(NAMES.vertexEndpoint, "endpoint", {
            account,
            region,
            keyName,
            expose: spec.expose,
            network,
        }),
    );
    return scope.child(
        "endpoint",
        vertex.AiEndpoint,
        {
            name,
            displayName: scope.childName("endpoint").slice(0, 128),
            project,
            location: region,
            region,
            labels: scope.tags(),
            ...(spec.expose === "internet" ? { dedicatedEndpointEnabled: true } : {}),
            ...(spec.expose === "network"
                ? { privateServiceConnectConfig: privateAccess(project, network) }
                : {}),
            ...(key === undefined ? {} : { encryptionSpec: { kmsKeyName: key } }),
        },
        // The deployment sets the traffic.
        { dependsOn: [...settings.dependsOn], ignoreChanges: ["trafficSplit"] },
    );
}

/** Reachable through Private Service Connect; Google makes the address in the site's network where it is named. */
function privateAccess(
    project: pulumi.Output<string>,
    network: string | undefined,
): vertex.AiEndpointArgs["privateServiceConnectConfig"] {
    return {
        enablePrivateServiceConnect: true,
        projectAllowlists: [project],
        ...(network === undefined
            ? {}
            : { pscAutomationConfigs: [{ projectId: project, network: networkName(project, network) }] }),
    };
}

/** `projects/P/global/networks/N` of a name or a self link. */
function networkName(project: pulumi.Output<string>, network: string): pulumi.Input<string> {
    const path = /projects\/[^/]+\/global\/networks\/[^/]+$/.exec(network)?.[0];
    return path ?? pulumi.interpolate`projects/${project}/global/networks/${network}`;
}

interface DeploymentSettings extends EndpointSettings {
    readonly endpoint: vertex.AiEndpoint;
    readonly serviceAccount: pulumi.Output<string>;
}

function deploy(
    spec: ManagedInferenceSpec,
    server: Serving,
    settings: DeploymentSettings,
    scope: Scope,
): VertexDeployment {
    const { region, zone } = scope.site;
    const { project, key, serviceAccount } = settings;
    const machine = machineSpec(spec);
    const spot = spec.machine.spotOnly === true;
    const served = pulumi.all({ container: server.container, artifactUri: server.artifactUri, key, project });
    return scope.child(
        "deployment",
        VertexDeployment,
        {
            project,
            location: region,
            endpoint: settings.endpoint.name,
            modelId: served.apply((model) =>
                scope.physicalName(NAMES.vertexModel, "model", { ...model, region }),
            ),
            deployedModelId: pulumi.all([served, serviceAccount]).apply(([model, account]) =>
                scope.physicalName(NAMES.vertexDeployedModel, "deployment", {
                    model,
                    account,
                    machine,
                    spot,
                    region,
                }),
            ),
            displayName: scope.name.slice(0, 128),
            labels: scope.tags(),
            container: server.container,
            ...(server.artifactUri === undefined ? {} : { artifactUri: server.artifactUri }),
            ...(key === undefined ? {} : { encryptionKey: key }),
            machine,
            spot,
            minReplicas: Math.max(1, spec.scaling.min),
            maxReplicas: Math.max(1, spec.scaling.max),
            metrics: metricSpecs(spec),
            serviceAccount,
            ...(zone.role === undefined ? {} : { impersonate: zone.role }),
        },
        { provider: undefined, dependsOn: [...settings.dependsOn] },
    );
}

/** The service reads its model itself; Vertex AI reads it too where it copies it for a container. */
function modelGrants(
    spec: ManagedInferenceSpec,
    member: pulumi.Output<string>,
    agent: ServiceAgent | undefined,
    scope: Scope,
): readonly pulumi.Resource[] {
    const { model } = spec;
    if (model === undefined) {
        return [];
    }
    const read = (id: pulumi.Output<string>, prefix: string): readonly pulumi.Resource[] =>
        model.store.grant({ cloud: "gcp", id }, [{ mode: "read", prefix: model.path }], scope.within(prefix))
            .dependencies;
    return [...read(member, "model"), ...(agent && copiesModel(spec) ? read(agent.member, "copy") : [])];
}

/** What is left to do before a private endpoint has an address; undefined where it gets one by itself. */
function addressNote(spec: ManagedInferenceSpec, scope: Scope): string | undefined {
    return spec.expose === "network" && scope.site.zone.network === undefined
        ? "the site names no 'network', so the endpoint gets no address in one: name it in barycenter:sites, or make " +
              "a forwarding rule to the 'serviceAttachment' of the deployment and put its address for ADDRESS in the URL"
        : undefined;
}

/**
 * Scheme and host of the endpoint, as the deployment tells them: the endpoint's own answer is older than both, which
 * come with the first model.
 */
function addressOf(
    spec: ManagedInferenceSpec,
    deployment: VertexDeployment,
    scope: Scope,
): pulumi.Output<string> {
    if (spec.expose === "internet") {
        return pulumi.interpolate`https://${deployment.address}`;
    }
    const { network } = scope.site.zone;
    if (network === undefined) {
        // Whoever makes the forwarding rule to the deployment's service attachment chooses the address.
        return pulumi.output("http://ADDRESS");
    }
    return deployment.address.apply((address) => {
        if (address === "") {
            pulumi.log.warn(
                `Google made no address for the endpoint in '${network}': that network needs a service connection ` +
                    `policy of the class gcp-vertexai in ${scope.site.region}, which its owner makes once`,
                scope.component,
            );
        }
        return `http://${address || "ADDRESS"}`;
    });
}
