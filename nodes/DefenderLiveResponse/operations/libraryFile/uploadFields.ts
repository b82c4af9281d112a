import type { INodeProperties } from 'n8n-workflow';

/** A file for the live response library. */
export const uploadFields: INodeProperties[] = [
	{
		displayName: 'Input Binary Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		hint: 'The name of the input binary field containing the file to be uploaded',
	},
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. check-baseline.ps1',
		description: "The name in the library. If empty, the file's own name is used.",
	},
	{
		displayName: 'Description',
		name: 'description',
		type: 'string',
		default: '',
		description: 'What the file is for, as the library shows it',
	},
	{
		displayName: 'Has Parameters',
		name: 'hasParameters',
		type: 'boolean',
		default: false,
		description: 'Whether the script takes parameters',
	},
	{
		displayName: 'Parameters Description',
		name: 'parametersDescription',
		type: 'string',
		default: '',
		displayOptions: { show: { hasParameters: [true] } },
		placeholder: 'e.g. -Days <number>',
		description: 'Which parameters the script takes, as the library shows it',
	},
	{
		displayName: 'Overwrite',
		name: 'overwrite',
		type: 'boolean',
		default: false,
		description: 'Whether to replace a file of the same name. If off, such a file is a reason to refuse.',
	},
];
