/** The demo's reviewing agent: looks at the change it was given and says what it saw. */
export const skills = {
  name: 'Demo reviewer',
  version: '1.0.0',
  skills: [
    {
      name: 'payment',
      match: { all: ['src/payment.js'] },
      steps: [
        {
          answer:
            'The change refuses amounts that are not positive whole cents before the gateway is called, which is what was asked.\n\n## Findings\n\n- **minor** `src/payment.js`: the message does not say which amount was refused.\n\n## Look at\n\n- `src/payment.js`: money moves here.',
        },
      ],
    },
  ],
  otherwise: [
    {
      answer:
        'The change does what the task asks, and its tests cover it.\n\n## Findings\n\nNone.\n\n## Look at\n\n- The changed test: it is the proof.',
    },
  ],
};
