import type { INodeProperties } from 'n8n-workflow';
import { libraryFileField } from '../../fields/libraryFile';

/** The commands of a live response. */
export const commandsField: INodeProperties = {
	displayName: 'Commands',
	name: 'commands',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add command',
	required: true,
	default: { command: [{ type: 'RunScript' }] },
	description: 'Defender runs them in this order: Put File first, then Run Script, then Get File',
	options: [
		{
			displayName: 'Command',
			name: 'command',
			values: [
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					options: [
						{ name: 'Get File', value: 'GetFile', description: 'Collect a file from the device' },
						{ name: 'Put File', value: 'PutFile', description: 'Copy a file of the library to the device' },
						{ name: 'Run Script', value: 'RunScript', description: 'Run a script of the library' },
					],
					default: 'RunScript',
				},
				libraryFileField('Script', 'scriptName', 'e.g. check-baseline.ps1', {
					displayOptions: { show: { type: ['RunScript'] } },
				}),
				{
					displayName: 'Arguments',
					name: 'args',
					type: 'string',
					default: '',
					displayOptions: { show: { type: ['RunScript'] } },
					placeholder: 'e.g. -Days 3',
					description: 'Passed to the script as one text. Defender refuses these characters: ; & | ! $ ( ).',
				},
				{
					displayName: 'Path',
					name: 'path',
					type: 'string',
					required: true,
					default: '',
					displayOptions: { show: { type: ['GetFile'] } },
					placeholder: 'e.g. C:\\Windows\\Temp\\out.zip',
					description: 'Full path of the file on the device',
				},
				libraryFileField('File', 'fileName', 'e.g. tool.exe', {
					displayOptions: { show: { type: ['PutFile'] } },
				}),
			],
		},
	],
};
