import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Catalogue } from "../../placement/catalogue/catalogue";
import { checkCatalogue } from "../../placement/catalogue/check";
import { chosenCatalogue, chosenData, shippedCatalogue } from "../../placement/catalogue/load";

const AWS =
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone,Arch";
const GCP =
    "InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,AvailabilityZone,Price,SpotPrice";
const L4 = `"{'Gpus': [{'Name': 'L4', 'Manufacturer': 'NVIDIA', 'Count': 1, 'MemoryInfo': {'SizeInMiB': 22888}}], 'TotalGpuMemoryInMiB': 22888}"`;

describe("SkyPilot's catalogue files", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-skypilot-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    function write(cloud: string, ...lines: string[]): void {
        fs.mkdirSync(path.join(folder, cloud), { recursive: true });
        fs.writeFileSync(path.join(folder, cloud, "vms.csv"), `${lines.join("\n")}\n`);
    }
    const read = (): Catalogue => chosenCatalogue({ skypilot: path.basename(folder) }, path.dirname(folder));
    const aws = (region: string) => ({ cloud: "aws", region }) as const;
    const gcp = (region: string) => ({ cloud: "gcp", region }) as const;

    it("give a region its on-demand price and the spot price of its cheapest zone", () => {
        write(
            "aws",
            AWS,
            `g6.4xlarge,L4,1.0,16.0,64.0,${L4},1.65466,0.596,eu-central-1,euc1-az1,x86_64`,
            `g6.4xlarge,L4,1.0,16.0,64.0,${L4},1.65466,0.561,eu-central-1,euc1-az2,x86_64`,
        );
        const price = read().machine(aws("eu-central-1"), "g6.4xlarge", "onDemand");
        assert.equal(price?.micros, 1_654_660);
        assert.equal(price.source.id, "skypilot-aws");
        assert.equal(read().machine(aws("eu-central-1"), "g6.4xlarge", "spot")?.micros, 561_000);
    });

    it("leave the package's own figures where they say nothing", () => {
        write("aws", AWS, `g6.4xlarge,L4,1.0,16.0,64.0,${L4},1.65466,,eu-central-1,euc1-az1,x86_64`);
        const own = shippedCatalogue();
        for (const site of [aws("us-east-1"), gcp("us-central1")]) {
            assert.deepEqual(read().storage(site), own.storage(site));
        }
        assert.deepEqual(
            read().machine(aws("us-east-1"), "g6.4xlarge", "onDemand"),
            own.machine(aws("us-east-1"), "g6.4xlarge", "onDemand"),
        );
    });

    it("have placeholders, blanks, and spot prices copied from on-demand, which are no prices", () => {
        write(
            "aws",
            AWS,
            "p5.48xlarge,H100,8.0,192.0,2048.0,,55.04,55.040000,us-east-1,use1-az1,x86_64",
            "p5.48xlarge,H100,8.0,192.0,2048.0,,55.04,14.246000,us-east-1,use1-az5,x86_64",
            "p6-b200.48xlarge,B200,8.0,192.0,2048.0,,,19.0919,us-west-1,usw1-az1,x86_64",
        );
        write("gcp", GCP, ",,,tpu-v6e-1,1,tpu-v6e-1,asia-east1,asia-east1-c,700.0,700.0");
        const catalogue = read();
        assert.equal(catalogue.machine(aws("us-east-1"), "p5.48xlarge", "spot")?.micros, 14_246_000);
        assert.equal(catalogue.sells(aws("us-west-1"), "p6-b200.48xlarge"), false);
        const tpu = (from: Catalogue) => from.machine(gcp("asia-east1"), "ct6e-standard-1t", "onDemand");
        assert.deepEqual(tpu(catalogue), tpu(shippedCatalogue()));
        assert.deepEqual(checkCatalogue(chosenData({ skypilot: folder }, "/")), []);
    });

    it("price a Google machine and its accelerators in rows of their own, which are added", () => {
        write(
            "gcp",
            GCP,
            "a2-highgpu-1g,12.0,85.0,,,,us-central1,us-central1-a,0.73948,0.36975",
            ",,,A100,1.0,A100,us-central1,us-central1-a,2.93391,1.2",
            "a2-highgpu-1g,12.0,85.0,,,,europe-west4,europe-west4-a,0.81406,0.31824",
            ",,,tpu-v6e-4,1,tpu-v6e-4,us-central1,us-central1-a,10.8,2.4",
        );
        const catalogue = read();
        const inIowa = catalogue.machine(gcp("us-central1"), "a2-highgpu-1g", "onDemand");
        assert.equal(inIowa?.micros, 739_480 + 2_933_910);
        assert.equal(
            catalogue.machine(gcp("us-central1"), "a2-highgpu-1g", "spot")?.micros,
            369_750 + 1_200_000,
        );
        assert.equal(
            catalogue.machine(gcp("us-central1"), "ct6e-standard-4t", "onDemand")?.micros,
            10_800_000,
        );
        // The host alone is no price of the machine.
        assert.notEqual(
            catalogue.machine(gcp("europe-west4"), "a2-highgpu-1g", "onDemand")?.source.id,
            "skypilot-gcp",
        );
    });

    it("that lack a column are refused by the file's name", () => {
        write(
            "aws",
            "InstanceType,Region,SpotPrice,AcceleratorName,AcceleratorCount",
            "g6.xlarge,us-east-1,1,,",
        );
        assert.throws(read, /aws\/vms\.csv:1: no column Price$/);
    });

    it("that hold text for a price are refused by file and line", () => {
        write(
            "aws",
            AWS,
            "m7i.large,,,2.0,8.0,,0.1,,us-east-1,a,x86_64",
            "m7i.large,,,2.0,8.0,,free,,us-east-1,b,x86_64",
        );
        assert.throws(read, /aws\/vms\.csv:3: Price is 'free', not a number of dollars$/);
    });

    it("that are cut within a line are refused by file and line", () => {
        write("aws", AWS, "m7i.large,,,2.0,8.0,,0.1,,us-east-1,a,x86_64", "m7i.large,,,2.0");
        assert.throws(read, /aws\/vms\.csv:3: no line of CSV/);
    });

    it("that are not there are asked for by their names", () => {
        assert.throws(
            read,
            /holds no SkyPilot catalogue: expected aws\/vms\.csv, azure\/vms\.csv, gcp\/vms\.csv/,
        );
    });
});
