import type { INodeProperties } from 'n8n-workflow';
import { choice, fieldsOf, text } from '../../fields/row';
import { libraryFile } from '../../fields/libraryFile';

/** How the commands are given. The editor shows one of two fields by it, so it is the same for all items. */
export const SPECIFY_COMMANDS = {
	specifyCommands: choice(
		'Specify Commands',
		[
			['fields', 'Using Fields Below'],
			['json', 'Using JSON'],
		],
		'fields',
		'How to enter the commands',
		{ noDataExpression: true },
	),
};

const commandsJsonField: INodeProperties = {
	displayName: 'Commands (JSON)',
	name: 'commandsJson',
	type: 'json',
	required: true,
	default: '[\n  { "type": "RunScript", "scriptName": "check-baseline.ps1", "args": "" }\n]',
	displayOptions: { show: { specifyCommands: ['json'] } },
	description: 'A list of commands by type: RunScript with scriptName and args, GetFile with path, PutFile with fileName',
};

const commandsField: INodeProperties = {
	displayName: 'Commands',
	name: 'commands',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add command',
	required: true,
	default: { command: [{ type: 'RunScript' }] },
	displayOptions: { show: { specifyCommands: ['fields'] } },
	description: 'Defender accepts them in this order only: Put File first, then Run Script, then Get File',
	builderHint: {
		propertyHint:
			'Scripts and files must be in the live response library: enter their names with mode name. args is one text. The path of Get File is a full path on the device.',
	},
	options: [
		{
			displayName: 'Command',
			name: 'command',
			values: fieldsOf({
				type: choice(
					'Type',
					[
						['GetFile', 'Get File', 'Collect a file from the device'],
						['PutFile', 'Put File', 'Copy a file of the library to the device'],
						['RunScript', 'Run Script', 'Run a script of the library'],
					],
					'RunScript',
				),
				scriptName: libraryFile('Script', 'e.g. check-baseline.ps1', { displayOptions: { show: { type: ['RunScript'] } } }),
				args: text('Arguments', 'Passed to the script as one text. Defender refuses these characters: ; & | ! $ ( ).', {
					displayOptions: { show: { type: ['RunScript'] } },
					placeholder: 'e.g. -Days 3',
				}),
				path: text('Path', 'Full path of a file on the device. For several files, one path on each line.', {
					typeOptions: { rows: 2 },
					required: true,
					displayOptions: { show: { type: ['GetFile'] } },
					placeholder: 'e.g. C:\\Windows\\Temp\\out.zip',
				}),
				fileName: libraryFile('File', 'e.g. tool.exe', { displayOptions: { show: { type: ['PutFile'] } } }),
			}),
		},
	],
};

/** What the operation asks for. */
export const commandFields = [...fieldsOf(SPECIFY_COMMANDS), commandsField, commandsJsonField];
