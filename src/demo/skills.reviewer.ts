/** The demo's reviewing agent: looks at the change it was given and says what it saw, in the form it is asked for. */
export const skills = {
  name: 'Demo reviewer',
  version: '1.1.0',
  skills: [
    {
      name: 'payment',
      match: { all: ['src/payment.js'] },
      steps: [
        {
          answer: {
            summary: 'The change refuses amounts that are not positive whole cents before the gateway is called, which is what was asked.',
            findings: [
              {
                severity: 'minor',
                path: 'src/payment.js',
                what: 'The message does not say which amount was refused.',
                why: 'Whoever reads the log has to guess which order it was.',
                suggestion: 'Put the amount into the message.',
              },
            ],
            checklist: [],
            focus: [{ path: 'src/payment.js', why: 'Money moves here.' }],
          },
        },
      ],
    },
  ],
  otherwise: [
    {
      answer: {
        summary: 'The change does what the task asks, and its tests cover it.',
        findings: [],
        checklist: [],
        focus: [],
      },
    },
  ],
};
