import { choice, flag, orSwitch, text } from '../../fields/row';

const overwrite = choice(
	'Overwrite',
	[
		['always', 'Always', 'Replace it'],
		['ifDifferent', 'If Different', 'Replace it unless it has the same content (SHA-256); the item says which'],
		['never', 'Never', 'Refuse to upload the file'],
	],
	'never',
	'What to do when the library has a file of this name',
);

/** A file for the live response library. */
export const UPLOAD = {
	binaryPropertyName: text('Input Binary Field', undefined, {
		required: true,
		default: 'data',
		hint: 'The name of the input binary field containing the file to be uploaded',
	}),
	fileName: text('File Name', "The name in the library. If empty, the file's own name is used.", {
		placeholder: 'e.g. check-baseline.ps1',
	}),
	description: text('Description', 'What the file is for, as the library shows it'),
	hasParameters: flag('Has Parameters', false, 'Whether the script accepts parameters'),
	parametersDescription: text('Parameters Description', 'Which parameters the script accepts, as the library shows it', {
		displayOptions: { show: { hasParameters: [true] } },
		placeholder: 'e.g. -Days <number>',
	}),
	overwrite: orSwitch(overwrite, 'always', 'never'),
};
