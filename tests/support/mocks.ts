import * as pulumi from "@pulumi/pulumi";

/** A resource that a program registered under mocks. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, any>;
}

/** Configuration of the stack that runs under mocks. */
export const DEV: Record<string, string> = {
    "barycenter:cloud": "aws",
    "barycenter:region": "eu-west-1",
    "barycenter:tier": "dev",
};

/**
 * Runs a program under Pulumi's mocks and returns what it registered. Outputs are those that the inputs give, with
 * everything else unknown when `preview` is set.
 */
export async function registrations<T>(
    program: () => T,
    options: { config?: Record<string, string>; preview?: boolean } = {},
): Promise<{ resources: Registered[]; result: T }> {
    const resources: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: (args) => {
                resources.push({ type: args.type, name: args.name, inputs: args.inputs });
                return { id: `${args.name}-id`, state: { ...args.inputs } };
            },
            call: (args) => ({ ...args.inputs }),
        },
        "project",
        "stack",
        options.preview ?? false,
    );
    pulumi.runtime.setAllConfig(options.config ?? DEV);
    const result = program();
    // Waits until every registration has been answered; public, but left out of the declarations.
    await (pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> }).waitForRPCs();
    return { resources, result };
}

/** The value of an output; rejects when it is not known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise: () => Promise<T> }).promise();
}
