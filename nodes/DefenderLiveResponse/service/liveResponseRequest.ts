/** A command as the service takes it. */
export interface LiveResponseCommand {
	type: string;
	params: Array<{ key: string; value: string }>;
}

export interface LiveResponseRequest {
	machineId: string;
	commands: LiveResponseCommand[];
	/** With a run key it holds the key's mark. */
	comment: string;
	/** Makes the run once: whatever run has it on this device is this one. */
	runKey?: string;
}
