const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Work that takes no longer says nothing. */
const PATIENCE_MS = 1000;
const FRAME_MS = 100;

/** Tells on standard error that work goes on: one line, or a spinner on a terminal. */
export class Progress {
    private detail = "";
    private frame = 0;
    private timer: NodeJS.Timeout | undefined;

    /** @param label what is being done, such as `running the program` */
    constructor(
        private readonly label: string,
        private readonly stream: NodeJS.WriteStream = process.stderr,
    ) {
        this.timer = setTimeout(() => this.begin(), PATIENCE_MS).unref();
    }

    /** What to show beside the label. */
    update(detail: string): void {
        this.detail = detail;
    }

    /** Lets other text through. */
    write(text: string): void {
        this.clear();
        this.stream.write(text);
    }

    stop(): void {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.clear();
    }

    private begin(): void {
        if (!this.stream.isTTY) {
            this.stream.write(`${this.label}…\n`);
            return;
        }
        this.timer = setInterval(() => {
            const text = `${SPINNER[this.frame++ % SPINNER.length]} ${this.label}${this.detail && `, ${this.detail}`}`;
            this.stream.write(`\r\x1b[2K${text.slice(0, Math.max(this.stream.columns - 1, 10))}`);
        }, FRAME_MS).unref();
    }

    private clear(): void {
        if (this.stream.isTTY && this.frame > 0) {
            this.stream.write("\r\x1b[2K");
        }
    }
}
