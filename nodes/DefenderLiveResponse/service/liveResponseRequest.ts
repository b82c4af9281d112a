/** A command as the service takes it. */
export interface LiveResponseCommand {
	type: string;
	params: Array<{ key: string; value: string }>;
}

export interface LiveResponseRequest {
	machineId: string;
	commands: LiveResponseCommand[];
	comment: string;
}
