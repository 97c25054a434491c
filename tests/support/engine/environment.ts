/**
 * The environment of the CLI under test.
 */
import * as path from "node:path";

/** Variables that would let a test reach a real account, a real cluster or the user's own Pulumi settings. */
const PERSONAL = /^(PULUMI_|AWS_|AZURE_|ARM_|GOOGLE_|GCLOUD_|CLOUDSDK_|KUBE)/;

/** The folders of one engine. */
export interface EngineFolders {
    readonly root: string;
    readonly home: string;
    readonly state: string;
    readonly bin: string;
}

/** Lays out the folders of an engine below `root`. */
export function foldersIn(root: string): EngineFolders {
    return {
        root,
        home: path.join(root, "home"),
        state: path.join(root, "state"),
        bin: path.join(root, "bin"),
    };
}

/** The environment: state in a local folder, nothing downloaded, no account. */
export function engineEnvironment(folders: EngineFolders, extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !PERSONAL.test(name));
    return {
        ...Object.fromEntries(inherited),
        PATH: [folders.bin, path.dirname(process.execPath), process.env.PATH ?? ""].join(path.delimiter),
        PULUMI_HOME: folders.home,
        // Without attribute files: they are not written atomically, and a kill meanwhile leaves an empty one, for
        // which the state can't be read any more ("failed to load checkpoint: EOF", gocloud.dev fileblob setAttrs).
        PULUMI_BACKEND_URL: `file://${folders.state}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        // The flag --event-log is there only with it.
        PULUMI_DEBUG_COMMANDS: "true",
        NO_COLOR: "1",
        // Types are checked once for the whole repository, not in every run of a program.
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        ...extra,
    };
}
