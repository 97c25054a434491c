/** Resources of one replica of a service or one pod of a job. */
export interface ResourcesArgs {
    /** vCPU, in Kubernetes' form: `4`, `500m`. @default the accelerators' share of the smallest machine with them; 2 without */
    readonly cpu?: string;
    /** Memory, in Kubernetes' form: `16Gi`. @default the accelerators' share of the smallest machine with them; from the model's size without */
    readonly memory?: string;
}
