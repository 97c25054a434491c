/** How Vertex AI runs the serving container. Field names are those of its API. */
export interface ContainerSpec {
    readonly imageUri: string;
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value: string }[];
    readonly ports: readonly { readonly containerPort: number }[];
    /** Absent: the container serves the routes that Vertex AI names in `AIP_PREDICT_ROUTE` and `AIP_HEALTH_ROUTE`. */
    readonly predictRoute?: string;
    readonly healthRoute?: string;
    /** Seconds with a unit, `1800s`. */
    readonly deploymentTimeout?: string;
    /** MiB as text, since the API takes a 64-bit number. */
    readonly sharedMemorySizeMb?: string;
}

/** Machine of one replica. */
export interface MachineSpec {
    readonly machineType: string;
    readonly acceleratorType?: string;
    readonly acceleratorCount?: number;
    readonly tpuTopology?: string;
}

/** Value of a metric at which replicas are added. */
export interface MetricSpec {
    readonly metricName: string;
    readonly target: number;
}

/** A model deployed on an endpoint, as the state holds it. */
export interface DeploymentInputs {
    readonly project: string;
    readonly location: string;
    /** Numeric id of the endpoint. */
    readonly endpoint: string;
    /** Id of the model in the registry: a hash of what is served. */
    readonly modelId: string;
    /** Id of the deployment on the endpoint: a hash of what is served and on which machines. */
    readonly deployedModelId: string;
    readonly displayName: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly artifactUri?: string;
    readonly container: ContainerSpec;
    readonly encryptionKey?: string;
    readonly machine: MachineSpec;
    readonly spot: boolean;
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly metrics: readonly MetricSpec[];
    /** E-mail of the account that the container runs as. */
    readonly serviceAccount: string;
    /** E-mail of the account that these calls are made as, where it is not the deploying one. */
    readonly impersonate?: string;
}

/** What is known once the model is deployed. */
export interface DeploymentState extends DeploymentInputs {
    /** Full name of the model, with the project's number or id. */
    readonly modelName: string;
    /** Service attachment of a private endpoint; empty on a public one. */
    readonly serviceAttachment: string;
    /**
     * Host of the endpoint, which it gets with its first model: the domain of a dedicated one, the address of a private
     * one in the site's network; empty where it has neither.
     */
    readonly address: string;
}
