import type { ParseOutput } from './output';

/** How the user wants a result read and shown. */
export interface ResultSettings {
	followLink: boolean;
	simplify: boolean;
	includeLink: boolean;
	successExitCodes: number[];
	/** With the flags `g` and `m`, and one group. */
	exitCodePattern?: RegExp;
	parseOutput: ParseOutput;
	splitOutput: boolean;
	stripBanner: boolean;
	/** Characters; 0 for all. */
	maxOutputLength: number;
	decompress: boolean;
	maxDownloadBytes: number;
	/** Where a collected file goes. */
	binaryPropertyName: string;
	/** Empty for any. */
	expectedScriptName: string;
}
