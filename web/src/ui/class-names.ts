import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Joins class names; a later utility replaces an earlier one of the same kind, so that callers can adjust a component. */
export const cn = (...classes: ClassValue[]): string => twMerge(clsx(classes));
