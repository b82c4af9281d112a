import type { ParseOutput } from './output';
import type { Program } from './pattern/compile';

/** How the user wants a result read and shown. */
export interface ResultSettings {
	followLink: boolean;
	simplify: boolean;
	includeLink: boolean;
	successExitCodes: number[];
	/** With a group. */
	exitCodePattern?: Program;
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
