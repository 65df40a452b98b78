import { useEffect, useRef } from 'react';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { focusAgain } from '../../ui/focus.ts';
import { TOUR, type TourStep } from './steps.ts';
import { goToStep, leaveTour, offerTour, useTourStep } from './tour-state.ts';

const TITLE = 'tour-title';

/** The focus was in it, and goes on in the page once it is gone. */
function leave(): void {
  leaveTour();
  setTimeout(() => focusAgain(null), 0);
}

/** Shows the tour while it is under way, and begins it where an address asks for it. */
export function Tour() {
  const nr = useTourStep();
  const navigate = useNavigate();
  const { pathname, searchStr } = useLocation();
  const isAsked = /[?&]tour=/.test(searchStr);
  useEffect(() => {
    if (!isAsked) return;
    offerTour();
    // Once: a reload or a kept address must not begin it again.
    void navigate({ to: pathname, search: {}, replace: true });
  }, [isAsked, navigate, pathname]);
  const step = nr === null ? undefined : TOUR[nr];
  // Only by a press: an address that was opened, or loaded again, while the tour is under way is where somebody wants to be.
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    if (step === undefined) return;
    void navigate({ to: step.to }).then(() => {
      // After the page, whose own heading takes the focus when it appears.
      setTimeout(() => document.getElementById(TITLE)?.focus({ preventScroll: true }), 50);
    });
  }, [navigate, step]);
  if (nr === null || step === undefined) return null;
  return <Stop key={nr} nr={nr} step={step} />;
}

/**
 * One stop, in a corner of the page: the page stays usable, nothing is covered but that corner, and Escape leaves. It is no dialog that holds
 * the focus, because what it points at may be tried.
 */
function Stop({ nr, step }: { nr: number; step: TourStep }) {
  usePointing(step);
  const isLast = nr === TOUR.length - 1;
  return (
    <section
      aria-labelledby={TITLE}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
      }}
      className="fixed inset-x-3 bottom-3 z-30 rounded-xl border border-line bg-surface p-4 shadow-raised sm:left-auto sm:w-96 lg:right-6 lg:bottom-6"
    >
      <div className="flex items-start justify-between gap-3">
        <p className="text-sm text-muted">
          Tour, {nr + 1} of {TOUR.length}
        </p>
        <Button kind="quiet" size="small" aria-label="Leave the tour" icon={<X size={16} aria-hidden />} onClick={leave} className="-mt-1 -mr-1" />
      </div>
      <h2 id={TITLE} tabIndex={-1} className="text-lg font-semibold outline-none">
        {step.title}
      </h2>
      <p className="mt-1 text-muted">{step.text}</p>
      <div className="mt-4 flex items-center justify-between gap-2">
        <Button kind="quiet" size="small" disabled={nr === 0} icon={<ArrowLeft size={14} aria-hidden />} onClick={() => goToStep(nr - 1)}>
          Back
        </Button>
        {isLast ? (
          <Button kind="primary" size="small" onClick={leave}>
            Done
          </Button>
        ) : (
          <Button kind="primary" size="small" onClick={() => goToStep(nr + 1)}>
            Next
            <ArrowRight size={14} aria-hidden />
          </Button>
        )}
      </div>
    </section>
  );
}

const LOOK_MS = 250;

/** Draws a line around what a stop is about. Pages come and go while it is shown, so it is looked for again and again. */
function usePointing({ points }: TourStep): void {
  useEffect(() => {
    let pointed: HTMLElement | null = null;
    function point(): void {
      const found = points.map((selector) => document.querySelector<HTMLElement>(selector)).find((element) => element?.checkVisibility() === true);
      if (found === pointed && pointed?.dataset['tour'] === 'here') return;
      delete pointed?.dataset['tour'];
      pointed = found ?? null;
      if (found !== undefined && found !== null) found.dataset['tour'] = 'here';
    }
    point();
    const timer = setInterval(point, LOOK_MS);
    return () => {
      clearInterval(timer);
      delete pointed?.dataset['tour'];
    };
  }, [points]);
}
