/**
 * What the editor calls the settings that texts name: their rows take their labels from here. A prefix puts options that
 * belong together next to each other, since the editor sorts them.
 */
export const LABELS = {
	callsPerHour: 'Rate: Calls per Hour',
	callsPerMinute: 'Rate: Calls per Minute',
	expectedScriptName: 'Expected Script Name',
	maxDownloadSize: 'File: Max Download Size',
	maxOutputLength: 'Output: Max Length',
	maxSessions: 'Rate: Max Sessions',
	maxWait: 'Max Wait',
	whenDeviceBusy: 'When Device Is Busy',
} as const;
