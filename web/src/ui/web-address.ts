/** Whether a browser may be sent there: other kinds of addresses run something or lead nowhere. */
export const isWebAddress = (address: string): boolean => /^https?:\/\/[^\s/]/i.test(address) && URL.canParse(address);
