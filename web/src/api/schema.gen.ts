// Made by `node tools/generate.ts` from docs/reference/openapi.json. Do not edit.
export type paths = {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys of access tokens (RFC 7517) */
        get: operations["getWellKnownJwksJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/commands/slack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Slash commands and interactivity of Slack; signed, five minutes, once */
        post: operations["postCommandsSlack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connect/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page whose one button makes the GitHub App */
        get: operations["getConnectGithub"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connect/github/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where GitHub sends the browser back to with the code of the App it made */
        get: operations["getConnectGithubCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connect/github/installed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where GitHub sends the browser after the App was installed */
        get: operations["getConnectGithubInstalled"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics; no token is needed on the loopback interface */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description of the API (OpenAPI 3.1) */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orchestrate/{issue_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start or resume the story of an issue */
        post: operations["postOrchestrateByIssueId"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can the process serve? 503 when it cannot, or is stopping. */
        get: operations["getReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A published JSON schema */
        get: operations["getSchemasByName"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/start-job": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start an agent run for a task or a work item */
        post: operations["postStartJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this server is and does right now */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stop-job": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop an agent run; no process of it stays */
        post: operations["postStopJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Actions, newest first */
        get: operations["getV1Actions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/actions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One action: record, decision, outcome */
        get: operations["getV1ActionsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/actions/{id}/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Emergency exit: two maintainers, a reason, fifteen minutes; loud in the ledger */
        post: operations["postV1ActionsByIdBreakGlass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/actions/{id}/break-glass/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write down what happened where glass was broken: a maintainer, once */
        post: operations["postV1ActionsByIdBreakGlassAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/actions/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose the inverse of an executed action; policy decides about it like about any other */
        post: operations["postV1ActionsByIdUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/actions/propose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose an action; policy decides whether it runs, waits for people, or is denied */
        post: operations["postV1ActionsPropose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The configured agents, each with what its last test said */
        get: operations["getV1Agents"];
        put?: never;
        /** Add a known agent that is on the PATH of this server; the same again changes how it was added */
        post: operations["postV1Agents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an agent that was added; those of the configuration file stay */
        delete: operations["deleteV1AgentsByName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start an agent in its sandbox, ask it who it is, and end it: no model is asked, and nothing of it stays */
        post: operations["postV1AgentsByNameTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/found": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agent programs that are known, and which of them are on the PATH of this server */
        get: operations["getV1AgentsFound"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for people, and what they decided */
        get: operations["getV1Approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One approval; its id is the id of its action */
        get: operations["getV1ApprovalsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files an approval would change, by path, each with its hunks */
        get: operations["getV1ApprovalsByIdChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve, decline or modify; people only */
        post: operations["postV1ApprovalsByIdDecision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}/details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What exactly would happen, by which rule, who may decide, how it is taken back, and what may be changed */
        get: operations["getV1ApprovalsByIdDetails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}/modification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What other arguments would make of it: problems, or the text as it would leave and who would decide; changes nothing */
        post: operations["postV1ApprovalsByIdModification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask about a pending approval, or answer; decides nothing */
        post: operations["postV1ApprovalsByIdNotes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}/reassign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask another person or role that may decide it */
        post: operations["postV1ApprovalsByIdReassign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many approvals wait: for the caller, by risk, kind and project */
        get: operations["getV1ApprovalsCounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve or decline several like actions; each is decided by itself */
        post: operations["postV1ApprovalsDecisions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How each person decides: share approved, time taken, and who approves without reading */
        get: operations["getV1ApprovalsReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/callback/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an identity provider sends a browser back to (OpenID Connect) */
        get: operations["getV1AuthCallbackByProvider"];
        put?: never;
        /** Where an identity provider has a browser post its answer (SAML) */
        post: operations["postV1AuthCallbackByProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/cli": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The token of a sign-in that the command line began */
        post: operations["postV1AuthCli"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Opens the session of a sign-in, in the browser that began it */
        get: operations["getV1AuthFinish"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign access tokens with a new key; the old ones verify for another hour, or not at all */
        post: operations["postV1AuthKeysRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Send a browser to an identity provider; it comes back with a session, or with a code for the command line */
        get: operations["getV1AuthLoginByProvider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Identity providers people sign in with */
        get: operations["getV1AuthProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a token for a signed access token of some minutes that services can check offline */
        post: operations["postV1AuthToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the emergency exit was opened, by whom and why, and what became of it; the newest action first */
        get: operations["getV1BreakGlass"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Caps with what is spent, reserved and left, and who spent most this month */
        get: operations["getV1Budget"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/budget/caps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Set a cap: a lower one at once, a higher one by an action (202) */
        patch: operations["patchV1BudgetCaps"];
        trace?: never;
    };
    "/v1/budget/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each day cost, the newest first */
        get: operations["getV1BudgetHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/budget/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Dispatch again */
        post: operations["postV1BudgetResume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/budget/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Dispatch nothing new and ask no model, from now on; the ledger says who and why */
        post: operations["postV1BudgetStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Change requests, newest first */
        get: operations["getV1ChangeRequests"];
        put?: never;
        /** Submit a change request document (schema: /schemas/change-request.v1.json) */
        post: operations["postV1ChangeRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One change request with its document and its timeline from submission to landing */
        get: operations["getV1ChangeRequestsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests/{id}/conflict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conflict a change request was set aside for: base, ours and theirs of each file */
        get: operations["getV1ChangeRequestsByIdConflict"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a change request does to the commit it was made on, as a unified diff */
        get: operations["getV1ChangeRequestsByIdDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests/{id}/reland": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Land again what landed and is no longer on its branch */
        post: operations["postV1ChangeRequestsByIdReland"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide a conflict: ours, theirs, edited contents, or drop; the result is the next attempt of the task */
        post: operations["postV1ChangeRequestsByIdResolve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests/{id}/resolve/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a choice would make of a conflict, as a diff against the target; submits nothing */
        post: operations["postV1ChangeRequestsByIdResolvePreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/change-requests/{id}/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a change request did, why, which checks passed, and who approved it */
        get: operations["getV1ChangeRequestsByIdSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ci-results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Results of checks, append-only */
        get: operations["getV1CiResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance-records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed, why, by whom, who approved it and on which checks */
        get: operations["getV1ComplianceRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance-records/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One record */
        get: operations["getV1ComplianceRecordsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/completeness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The forge's own default branches against the records (I6) */
        get: operations["getV1ComplianceCompleteness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the change-management system has been told, and what was given up */
        get: operations["getV1ComplianceDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/deliveries/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a delivery again that was given up */
        post: operations["postV1ComplianceDeliveriesByIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files of an audit, one JSON line each ({path, text}) or as an archive; the population comes last */
        get: operations["getV1ComplianceExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/invariants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** I1 to I5 of the governance contract over everything stored */
        get: operations["getV1ComplianceInvariants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compliance/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many changes have a complete record, and how many something an auditor asks about */
        get: operations["getV1ComplianceSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Settings that may change while Reeve runs, with their values */
        get: operations["getV1Config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change settings, all or none; each change is in the ledger */
        patch: operations["patchV1Config"];
        trace?: never;
    };
    "/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every connection: configured or not, whether it works as far as it was seen, what it told last and what failed last */
        get: operations["getV1Connections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a connection now whether it works; changes nothing on the other side */
        post: operations["postV1ConnectionsByIdCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** As whom Reeve works on GitHub, and which repositories it reaches */
        get: operations["getV1ConnectionsGithub"];
        put?: never;
        /** Begin to connect GitHub: answers the page that a browser opens, good once and for half an hour */
        post: operations["postV1ConnectionsGithub"];
        /** Forget the App that was made here; at GitHub it stays until somebody deletes it */
        delete: operations["deleteV1ConnectionsGithub"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/github/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say whose App the one is that was made and waits: Reeve works as it from then on */
        post: operations["postV1ConnectionsGithubConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/github/examine-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at a token without keeping it: what it may not but should, what it may but never needs */
        post: operations["postV1ConnectionsGithubExamineToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/github/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let Reeve work in a repository of GitHub: registered with the default branch it has there, in a project of its own where it has none */
        post: operations["postV1ConnectionsGithubRepositories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/github/reread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hold open issues and pull requests against what GitHub shows, and repair what differs: what is done each night */
        post: operations["postV1ConnectionsGithubReread"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Try each thing Reeve needs, really: database, sandbox, model, forge, every agent; takes some seconds */
        get: operations["getV1Doctor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what connectors told us */
        get: operations["getV1Events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One event */
        get: operations["getV1EventsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring in one event that was kept elsewhere; the same delivery again has no effect */
        post: operations["postV1EventsImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/execution-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the lines of execution logs are, by job and time; append-only */
        get: operations["getV1ExecutionLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What needs the caller now, what runs, what landed today, what is stuck and why, and what is left to spend */
        get: operations["getV1Home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List identities */
        get: operations["getV1Identities"];
        put?: never;
        /** Say who somebody is elsewhere */
        post: operations["postV1Identities"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One identity */
        get: operations["getV1IdentitiesById"];
        put?: never;
        post?: never;
        /** Remove an identity */
        delete: operations["deleteV1IdentitiesById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List issues */
        get: operations["getV1Issues"];
        put?: never;
        /** Make an issue */
        post: operations["postV1Issues"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One issue */
        get: operations["getV1IssuesById"];
        put?: never;
        post?: never;
        /** Remove an issue nothing points at */
        delete: operations["deleteV1IssuesById"];
        options?: never;
        head?: never;
        /** Change an issue */
        patch: operations["patchV1IssuesById"];
        trace?: never;
    };
    "/v1/issues/{id}/dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an issue blocks and waits for */
        get: operations["getV1IssuesByIdDependencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{id}/dependencies/{blocker}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let an issue wait for another */
        put: operations["putV1IssuesByIdDependenciesByBlocker"];
        post?: never;
        /** Let an issue no longer wait for another */
        delete: operations["deleteV1IssuesByIdDependenciesByBlocker"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The story of an issue in order, from the event that brought it to its merge, each entry with its evidence */
        get: operations["getV1IssuesByIdTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{id}/transition": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move an issue to another state by hand */
        post: operations["postV1IssuesByIdTransition"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{id}/triage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Triage of an issue, newest first */
        get: operations["getV1IssuesByIdTriage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{issue_id}/needs-info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the author of an issue something; nothing goes on before it is answered, and what runs is set aside */
        post: operations["postV1IssuesByIssueIdNeedsInfo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{issue_id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop the story of an issue: its agents, approvals and change requests; the issue on its tracker stays as it is */
        post: operations["postV1IssuesByIssueIdStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/{issue_id}/story": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest story of an issue */
        get: operations["getV1IssuesByIssueIdStory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/issues/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many issues there are by state, type, priority, size, risk and label, within a filter */
        get: operations["getV1IssuesCounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List agent runs, newest first */
        get: operations["getV1Jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One agent run with its states over time; an agent reads its own run only */
        get: operations["getV1JobsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the agent said at the end of its run; untrusted text */
        get: operations["getV1JobsByIdAnswer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an agent run left that can be opened */
        get: operations["getV1JobsByIdArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an agent run changed, as a unified diff */
        get: operations["getV1JobsByIdDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The execution log as typed lines, from any line on; later ones come by the followed log */
        get: operations["getV1JobsByIdLines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The execution log as JSON lines; with follow=1 as server-sent events until the run ends */
        get: operations["getV1JobsByIdLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ledger entries in chain order */
        get: operations["getV1Ledger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry */
        get: operations["getV1LedgerBySeq"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/{seq}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Proof (RFC 6962) that an entry is in the tree of a size */
        get: operations["getV1LedgerBySeqProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The signed head of the ledger and the key that signed it */
        get: operations["getV1LedgerCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored checkpoints in order; the cursor is the number of the last one seen */
        get: operations["getV1LedgerCheckpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Proof (RFC 6962) that a smaller tree is the beginning of a larger one */
        get: operations["getV1LedgerConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many entries fit a search, counted up to ten thousand */
        get: operations["getV1LedgerCount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase the personal data the ledger has committed to about a person (id) */
        post: operations["postV1LedgerErasures"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries as a file of JSON lines, as `reeve ledger verify --entries` reads them */
        get: operations["getV1LedgerExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a new signing key; the old one signs the hand-over */
        post: operations["postV1LedgerKeysRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where checkpoints are kept outside, how far each place has got, and what failed */
        get: operations["getV1LedgerPlaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long the ledger is, what it can be searched by, and the newest walk of it */
        get: operations["getV1LedgerState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Walks of the ledger that were asked for, newest first */
        get: operations["getV1LedgerVerifications"];
        put?: never;
        /** Begin to walk the ledger, or a part of it; one walk at a time, a running one is answered */
        post: operations["postV1LedgerVerifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/verifications/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One walk: how far it has got, or what it found */
        get: operations["getV1LedgerVerificationsByNumber"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Walk the chain and name the first bad entry */
        get: operations["getV1LedgerVerify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/issues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open an issue on the embedded forge */
        post: operations["postV1LocalIssues"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a repository on the embedded forge and add it to a project, allowlisted */
        post: operations["postV1LocalRepositories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A repository of the embedded forge and its head */
        get: operations["getV1LocalRepositoriesByOwnerByName"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/issues/{number}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Comments of an issue or pull request of the embedded forge */
        get: operations["getV1LocalRepositoriesByOwnerByNameIssuesByNumberComments"];
        put?: never;
        /** Comment on an issue of the embedded forge */
        post: operations["postV1LocalRepositoriesByOwnerByNameIssuesByNumberComments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/issues/{number}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add and remove labels of an issue of the embedded forge */
        post: operations["postV1LocalRepositoriesByOwnerByNameIssuesByNumberLabels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/issues/{number}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close or reopen an issue of the embedded forge */
        post: operations["postV1LocalRepositoriesByOwnerByNameIssuesByNumberState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/pulls/{number}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a pull request of the embedded forge without merging it */
        post: operations["postV1LocalRepositoriesByOwnerByNamePullsByNumberClose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/pulls/{number}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Merge a pull request of the embedded forge by hand */
        post: operations["postV1LocalRepositoriesByOwnerByNamePullsByNumberMerge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/pulls/{number}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reviews of a pull request of the embedded forge, and the conversations beside lines of its diff */
        get: operations["getV1LocalRepositoriesByOwnerByNamePullsByNumberReviews"];
        put?: never;
        /** Review a pull request of the embedded forge, also beside lines of its diff */
        post: operations["postV1LocalRepositoriesByOwnerByNamePullsByNumberReviews"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/pulls/{number}/threads/{thread_id}/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer in a conversation beside a line of a pull request of the embedded forge */
        post: operations["postV1LocalRepositoriesByOwnerByNamePullsByNumberThreadsByThreadIdReplies"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/local/repositories/{owner}/{name}/pulls/{number}/threads/{thread_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a conversation beside a line of a pull request of the embedded forge */
        post: operations["postV1LocalRepositoriesByOwnerByNamePullsByNumberThreadsByThreadIdResolve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every metric with its definition */
        get: operations["getV1Metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/{metric}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One metric over a window, by its definition; null with a reason where nothing was measured */
        get: operations["getV1MetricsByMetric"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/{metric}/distribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the samples of one metric are spread */
        get: operations["getV1MetricsByMetricDistribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/{metric}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one metric was computed from, and what was left out and why; newest first */
        get: operations["getV1MetricsByMetricSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/{metric}/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One metric day by day or week by week; null with a reason where nothing was measured */
        get: operations["getV1MetricsByMetricSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/model-calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Questions to models, newest first */
        get: operations["getV1ModelCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/model-calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One question to a model */
        get: operations["getV1ModelCallsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/model-versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List model versions */
        get: operations["getV1ModelVersions"];
        put?: never;
        /** Register a model version */
        post: operations["postV1ModelVersions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/model-versions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model version */
        get: operations["getV1ModelVersionsById"];
        put?: never;
        post?: never;
        /** Remove a model version no call names */
        delete: operations["deleteV1ModelVersionsById"];
        options?: never;
        head?: never;
        /** Retire a model version or note something on it */
        patch: operations["patchV1ModelVersionsById"];
        trace?: never;
    };
    "/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List people */
        get: operations["getV1People"];
        put?: never;
        /** Add a person */
        post: operations["postV1People"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One person */
        get: operations["getV1PeopleById"];
        put?: never;
        post?: never;
        /** Remove a person nothing names */
        delete: operations["deleteV1PeopleById"];
        options?: never;
        head?: never;
        /** Change a person */
        patch: operations["patchV1PeopleById"];
        trace?: never;
    };
    "/v1/people/{id}/load": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a person carries */
        get: operations["getV1PeopleByIdLoad"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{id}/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Projects a person is limited to */
        get: operations["getV1PeopleByIdProjects"];
        /** Limit a person to projects, whatever token or session they use; an empty list lifts the limit */
        put: operations["putV1PeopleByIdProjects"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List plans, newest first */
        get: operations["getV1Plans"];
        put?: never;
        /** Store a plan a person wrote as the newest draft */
        post: operations["postV1Plans"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One plan */
        get: operations["getV1PlansById"];
        put?: never;
        post?: never;
        /** Remove a plan nothing names */
        delete: operations["deleteV1PlansById"];
        options?: never;
        head?: never;
        /** Submit or decline a plan (approval goes through /v1/approvals) */
        patch: operations["patchV1PlansById"];
        trace?: never;
    };
    "/v1/plans/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which of a plan's tasks may run side by side, and why the others wait */
        get: operations["getV1PlansByIdCheck"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same for tasks that are not stored */
        post: operations["postV1PlansCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The policy in force */
        get: operations["getV1Policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose that a policy shall be in force; people decide, with what it would have changed on the card */
        post: operations["postV1PolicyActivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a policy text without activating it */
        post: operations["postV1PolicyCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the policy in force, or a text that is tried, says about an action: which rule, which condition, which limit, and why */
        post: operations["postV1PolicyExplain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy/questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest questions about a kind of action, with the facts as they were: something to explain */
        get: operations["getV1PolicyQuestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the recorded decisions again under another text, and list those that would be others */
        post: operations["postV1PolicySimulate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every policy that was ever in force, newest first */
        get: operations["getV1PolicyVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy/vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a policy may name: action kinds, the facts that conditions look at, roles that decide */
        get: operations["getV1PolicyVocabulary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List projects */
        get: operations["getV1Projects"];
        put?: never;
        /** Make a project */
        post: operations["postV1Projects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One project */
        get: operations["getV1ProjectsById"];
        put?: never;
        post?: never;
        /** Remove a project nothing belongs to */
        delete: operations["deleteV1ProjectsById"];
        options?: never;
        head?: never;
        /** Change a project */
        patch: operations["patchV1ProjectsById"];
        trace?: never;
    };
    "/v1/projects/{id}/rollout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rollout stage of a project, with the recorded agreement and what is missing for the next */
        get: operations["getV1ProjectsByIdRollout"];
        put?: never;
        /** Advance when the criteria hold (or ask people with `override`, 202), set an earlier stage, or roll back to shadow at once */
        post: operations["postV1ProjectsByIdRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/projects/{id}/rollout/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What Reeve would have done beside what people did, the newest first */
        get: operations["getV1ProjectsByIdRolloutDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pull requests of agents and of people: checks, reviews, and who is waited for since when */
        get: operations["getV1Pulls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One pull request with the findings of its last review */
        get: operations["getV1PullsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a pull request changes, and whether it merges with its base */
        get: operations["getV1PullsByIdChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls/{id}/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations beside the lines of a pull request as its forge has them now, with the answers that are under way */
        get: operations["getV1PullsByIdConversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls/{id}/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which lines the tests run at the pull request's head, as the reports of its checks tell */
        get: operations["getV1PullsByIdCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls/{id}/fix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have the open remarks of the reviews, or the conflict with the base, worked on by an agent; a merge that waits is taken back */
        post: operations["postV1PullsByIdFix"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls/{id}/reviewers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who should review a pull request, as it was suggested last, with the reasons */
        get: operations["getV1PullsByIdReviewers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pulls/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to a pull request, oldest first */
        get: operations["getV1PullsByIdTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Questions of agents to people, newest first; state=waiting shows those that somebody should answer */
        get: operations["getV1Questions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/questions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One question with its answer */
        get: operations["getV1QuestionsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/questions/{id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer a question an agent waits for; people only */
        post: operations["postV1QuestionsByIdAnswer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is being merged, verified and published, what waits and why, per target branch */
        get: operations["getV1Queue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/{id}/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a change request out of the queue; its contents stay stored */
        post: operations["postV1QueueByIdDrop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a quarantined change request again */
        post: operations["postV1QueueByIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/alarms/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take note of a rewritten target: it is no alarm any more */
        post: operations["postV1QueueAlarmsByIdDismiss"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Throughput, success, conflicts, time to land and verifications of the last hours */
        get: operations["getV1QueueFigures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/landings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What landed, newest first: commit, who made it, how it was merged, what it passed, and what became of it since */
        get: operations["getV1QueueLandings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was set aside and waits for a person, newest first, without contents */
        get: operations["getV1QueueQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rebuild a target from the journal in a scratch repository and compare it with the branch; changes nothing */
        post: operations["postV1QueueReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo landings by an inverse change request; where they have left the mirror, by a push that needs its approval */
        post: operations["postV1QueueRollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/rollback/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a rollback would undo, who depends on it and what prevents it; changes nothing */
        post: operations["postV1QueueRollbackPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/rollbacks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Confirmed rollbacks and landings put back, newest first, with what became of each */
        get: operations["getV1QueueRollbacks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/rollbacks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A rollback, or a landing that is put back, with what became of it */
        get: operations["getV1QueueRollbacksById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every transition of every change request, as server-sent events; without a position only what is new */
        get: operations["getV1QueueStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Branches something was submitted to, the last active first, with what waits, is set aside and landed there */
        get: operations["getV1QueueTargets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/targets/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a target land what was begun, then pause it */
        post: operations["postV1QueueTargetsDrain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/targets/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a target: nothing is begun and nothing lands; submissions are taken */
        post: operations["postV1QueueTargetsPause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/targets/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a paused or draining target go on */
        post: operations["postV1QueueTargetsResume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Release notes of what was merged in a period: breaking changes first, then what is new, fixed and the rest */
        get: operations["getV1ReportsRelease"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List repositories */
        get: operations["getV1Repositories"];
        put?: never;
        /** Register a repository */
        post: operations["postV1Repositories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/repositories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One repository */
        get: operations["getV1RepositoriesById"];
        put?: never;
        post?: never;
        /** Remove a repository nothing belongs to */
        delete: operations["deleteV1RepositoriesById"];
        options?: never;
        head?: never;
        /** Change a repository */
        patch: operations["patchV1RepositoriesById"];
        trace?: never;
    };
    "/v1/repositories/{id}/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the reading of the history has got */
        get: operations["getV1RepositoriesByIdBackfill"];
        put?: never;
        /** Read the history of a repository: kept like anything that is heard, and starting nothing */
        post: operations["postV1RepositoriesByIdBackfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/repositories/{id}/backfill/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop after the page that is being read */
        post: operations["postV1RepositoriesByIdBackfillPause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/repositories/{id}/backfill/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on where it stopped */
        post: operations["postV1RepositoriesByIdBackfillResume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a typed request on an allowlisted repository */
        post: operations["postV1Requests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/requests/repository": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a repository of this machine into the installation, by the operator's own word */
        post: operations["postV1RequestsRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reviewers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reviewers in the order of the alphabet: what waits for each, how long reviews take, and load against capacity */
        get: operations["getV1Reviewers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions that live: your own, or for an admin everybody’s; newest first */
        get: operations["getV1Sessions"];
        put?: never;
        /** Exchange a bearer token for a session cookie */
        post: operations["postV1Sessions"];
        /** End the session of this browser */
        delete: operations["deleteV1Sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session at once, on whichever browser it is */
        delete: operations["deleteV1SessionsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a link that signs a browser in as the owner of this token; good once, and for a quarter of an hour */
        post: operations["postV1SessionsLinks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/links/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open the session of a link, in the browser that asks */
        post: operations["postV1SessionsLinksOpen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this installation has got so far: a repository, an agent, work, a landing */
        get: operations["getV1Setup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/setup/repository": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a folder of this machine holds: its repository, and how its tests are probably run */
        get: operations["getV1SetupRepository"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that happens, as server-sent events */
        get: operations["getV1Stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stream/place": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the stream stands: who reads anything after this and then follows the stream from here misses nothing */
        get: operations["getV1StreamPlace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tasks, oldest first */
        get: operations["getV1Tasks"];
        put?: never;
        /** Add a task to a draft plan */
        post: operations["postV1Tasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One task */
        get: operations["getV1TasksById"];
        put?: never;
        post?: never;
        /** Remove a task of a draft plan nothing waits for */
        delete: operations["deleteV1TasksById"];
        options?: never;
        head?: never;
        /** Change a task of a draft plan, or who does it */
        patch: operations["patchV1TasksById"];
        trace?: never;
    };
    "/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List teams */
        get: operations["getV1Teams"];
        put?: never;
        /** Make a team */
        post: operations["postV1Teams"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One team */
        get: operations["getV1TeamsById"];
        put?: never;
        post?: never;
        /** Remove a team */
        delete: operations["deleteV1TeamsById"];
        options?: never;
        head?: never;
        /** Change a team */
        patch: operations["patchV1TeamsById"];
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tokens, newest first, revoked ones too */
        get: operations["getV1Tokens"];
        put?: never;
        /** Make a token; the answer shows it once */
        post: operations["postV1Tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token, and the sessions opened with it */
        delete: operations["deleteV1TokensById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Saved views of the list of issues: your own, then those that everybody sees */
        get: operations["getV1Views"];
        put?: never;
        /** Keep a filter of the list of issues by a name; managers may share it with everybody */
        post: operations["postV1Views"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a saved view */
        delete: operations["deleteV1ViewsById"];
        options?: never;
        head?: never;
        /** Rename, refilter, share or unshare a saved view */
        patch: operations["patchV1ViewsById"];
        trace?: never;
    };
    "/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who this token is */
        get: operations["getV1Whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a delivery of a forge: signature checked over the bytes, stored once, acted on later */
        post: operations["postWebhooksBySource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
};
export type webhooks = Record<string, never>;
export type components = {
    schemas: {
        Budget: {
            stopped: boolean;
            stopped_reason: string | null;
            stopped_by: string | null;
            /** @description Micros of USD */
            run_cap_micros: number;
            dispatches_per_hour: number;
            pools: {
                id: string;
                /** @enum {string} */
                scope: "installation" | "project";
                project_id: string | null;
                /** @enum {string} */
                period: "day" | "month";
                starts_on: string;
                /** Format: date-time */
                resets_at: string;
                /** @description Micros of USD */
                cap_micros: number;
                /** @description Micros of USD */
                spent_micros: number;
                /** @description Micros of USD */
                reserved_micros: number;
                /** @description Micros of USD */
                left_micros: number;
                /** @description Micros of USD */
                late_micros: number;
                /** @enum {string} */
                source: "default" | "set";
            }[];
            spenders: {
                spender: string;
                /** @description Micros of USD */
                spent_micros: number;
                /** @description Micros of USD */
                reserved_micros: number;
                runs: number;
                calls: number;
            }[];
        };
        Doctor: {
            ok: boolean;
            checks: {
                name: string;
                ok: boolean;
                /** @description False: Reeve works without it, and something is then missing. */
                needed: boolean;
                detail: string;
                fix: string | null;
            }[];
        };
        GetV1LedgerAnswerschema0: unknown;
        GetV1LedgerBySeqAnswerschema0: unknown;
        GetV1PolicyQuestionsAnswerschema0: unknown;
        Home: {
            /** Format: date-time */
            at: string;
            /**
             * Format: date-time
             * @description Since when something counts as today (00:00 UTC).
             */
            today: string;
            /** @description Null: the caller is no person, and decides and reviews nothing. */
            handle: string | null;
            approvals: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    id: string;
                    kind: string;
                    risk: string;
                    headline: string;
                    repository: string;
                    requester: string | null;
                    project_id: string | null;
                    issue_id: string | null;
                    issue_title: string | null;
                    /** Format: date-time */
                    created_at: string;
                    /** Format: date-time */
                    expires_at: string;
                }[];
                /** @description What waits for anybody; `count` is what the caller may decide. */
                all: number;
                /** @description Of `count`, what runs out within an hour. */
                soon: number;
            };
            questions: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    id: string;
                    job_id: string;
                    issue_id: string | null;
                    project_id: string;
                    agent: string;
                    question: string;
                    /** Format: date-time */
                    asked_at: string;
                    /** Format: date-time */
                    expires_at: string;
                }[];
            };
            escalations: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    id: string;
                    project_id: string;
                    number: number | null;
                    title: string;
                    state: string;
                    reason: string | null;
                    assignee: string | null;
                    /** Format: date-time */
                    changed_at: string;
                }[];
            };
            reviews: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    pull_id: string;
                    project_id: string;
                    repository: string;
                    number: number;
                    title: string;
                    url: string;
                    /** Format: date-time */
                    asked_at: string;
                }[];
            };
            running: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    id: string;
                    project_id: string;
                    agent: string;
                    role: string;
                    state: string;
                    attempt: number;
                    issue_id: string | null;
                    issue_number: number | null;
                    title: string | null;
                    /** @description What the agent said last of itself. */
                    progress: string | null;
                    /** @description How much it says is done, 0 to 1. */
                    fraction: number | null;
                    question_id: string | null;
                    started_at: string | null;
                    /** Format: date-time */
                    created_at: string;
                    /** @description Micros of USD */
                    cost_micros: number;
                }[];
            };
            merged: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    id: string;
                    project_id: string;
                    number: number | null;
                    title: string;
                    state: string;
                    reason: string | null;
                    assignee: string | null;
                    /** Format: date-time */
                    changed_at: string;
                }[];
            };
            landed: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    id: string;
                    project_id: string;
                    repository: string | null;
                    target: string;
                    on_main: boolean;
                    summary: string;
                    commit: string;
                    rung: string | null;
                    issue_id: string | null;
                    issue_number: number | null;
                    agent: string | null;
                    /** Format: date-time */
                    at: string;
                }[];
            };
            stuck: {
                count: number;
                /** @description There are at least so many. */
                more: boolean;
                /** @description Path and query of this API that list what was counted. */
                evidence: string;
                /** @description The first few. */
                items: {
                    /** @enum {string} */
                    kind: "dispatch_stopped" | "branch_rewritten" | "target_held" | "quarantined" | "idle";
                    title: string;
                    why: string;
                    since: string | null;
                    project_id: string | null;
                    /** @description Id of the change request (quarantined) or issue (idle); repository id and branch (target_held); number of the alarm. */
                    subject_id: string | null;
                    /** @description Of the issue it belongs to. */
                    number: number | null;
                }[];
            };
            budget: {
                stopped: boolean;
                evidence: string;
                lines: {
                    /** @enum {string} */
                    scope: "installation" | "project";
                    project_id: string | null;
                    /** @enum {string} */
                    period: "day" | "month";
                    /** @description Micros of USD */
                    cap_micros: number;
                    /** @description Micros of USD */
                    spent_micros: number;
                    /** @description Micros of USD */
                    reserved_micros: number;
                    /** @description Micros of USD */
                    left_micros: number;
                    /** Format: date-time */
                    resets_at: string;
                }[];
            };
        };
        Issue: {
            id: string;
            project_id: string;
            repository_id: string | null;
            source: string;
            external_id: string;
            number: number | null;
            title: string;
            body: string;
            url: string | null;
            type: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question") | null;
            /** @enum {string} */
            state: "new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed";
            state_reason: string | null;
            /** @enum {string} */
            priority: "P0" | "P1" | "P2" | "P3";
            size: ("XS" | "S" | "M" | "L" | "XL") | null;
            labels: string[];
            assignee: string | null;
            requested_by: string | null;
            author: string | null;
            duplicate_of: string | null;
            parent_id: string | null;
            target_branch: string | null;
            external_updated_at: string | null;
            version: number;
            created_at: string;
            updated_at: string;
            /** @description As triage judged it; null: it was not triaged */
            risk: ("low" | "medium" | "high") | null;
            /** @description Of the plan in force */
            tasks: number;
            tasks_landed: number;
            pull: {
                id: string;
                number: number;
                /** @enum {string} */
                state: "open" | "merged" | "closed";
                url: string;
            } | null;
            /** @description Its story runs */
            under_way: boolean;
            /** @description Who has to do something before it goes on; null: nothing holds it, or it has ended */
            waits_for: {
                /** @enum {string} */
                who: "person" | "agent" | "queue" | "checks" | "issue" | "nobody";
                text: string;
                since: string | null;
                /** @description Of the action, question, task, run, change request or issue it waits for */
                id: string | null;
            } | null;
        };
        IssueCounts: {
            total: number;
            waits_for_person: number;
            /** @description As if no state were chosen; so with type, priority, size and risk */
            state: {
                [key: string]: number;
            };
            type: {
                [key: string]: number;
            };
            priority: {
                [key: string]: number;
            };
            size: {
                [key: string]: number;
            };
            risk: {
                [key: string]: number;
            };
            /** @description The most frequent ones */
            label: {
                [key: string]: number;
            };
        };
        Job: {
            id: string;
            task_id: string | null;
            work_item_id: string | null;
            project_id: string;
            repository_id: string;
            agent: string;
            role: string;
            attempt: number;
            execution: number;
            /** @enum {string} */
            state: "queued" | "preparing" | "running" | "checking" | "succeeded" | "failed" | "cancelled" | "handed_back";
            failure: string | null;
            detail: string | null;
            base_commit: string | null;
            target: string;
            branch: string | null;
            sandbox: string;
            sealed: boolean;
            usage: {
                input_tokens: number;
                output_tokens: number;
                cost_micros: number;
            };
            checks: {
                name: string;
                command: string;
                exit_code: number | null;
                duration_ms: number;
                output: string;
            }[];
            change_request_id: string | null;
            prompt_hash: string | null;
            prompt_version: string | null;
            kept_ref: string | null;
            kept_patch: string | null;
            created_at: string;
            started_at: string | null;
            ended_at: string | null;
            states?: {
                execution: number;
                state: string;
                at: string;
            }[];
            /** @description Key of the project */
            project: string | null;
            /** @description `owner/name` */
            repository: string | null;
            issue_number: number | null;
            issue_title: string | null;
            task_title: string | null;
            /** @description The pull request it works for */
            pull_id: string | null;
            pull_number: number | null;
            pull_title: string | null;
            /** @description A question of its agent that waits for a person */
            question_id: string | null;
            /** @description What the agent reported last, while it works */
            progress: {
                message: string;
                fraction: number | null;
                step: string | null;
                /** Format: date-time */
                at: string;
            } | null;
            /** @description When whoever carries it out was heard of last */
            last_heard_at: string | null;
            stop_requested_by: string | null;
            /** @description As the agent is configured now; null: it no longer is */
            limits: {
                [key: string]: number;
            } | null;
        };
        LedgerVerification: {
            number: number;
            asked_by: string;
            from_seq: number;
            to_seq: number;
            /** @description Entries found good so far */
            checked: number;
            /**
             * @description broken_off says nothing about the ledger: the walk did not come to its end
             * @enum {string}
             */
            state: "running" | "verified" | "failed" | "broken_off";
            /** @description 0: a checkpoint, not an entry */
            first_bad_seq: number | null;
            reason: string | null;
            started_at: string;
            ended_at: string | null;
        };
        LogLine: {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "state";
            /** @enum {string} */
            state: "queued" | "preparing" | "running" | "checking" | "succeeded" | "failed" | "cancelled" | "handed_back";
            agent?: string;
            role?: string;
            attempt?: number;
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "agent";
            event: {
                /** @constant */
                kind: "started";
                agent: string;
                version: string | null;
                session: string | null;
            } | {
                /** @constant */
                kind: "text";
                /** @description A piece; pieces that follow each other are one message */
                text: string;
            } | {
                /** @constant */
                kind: "thought";
                text: string;
            } | {
                /** @constant */
                kind: "tool";
                /** @description The same in every line about one call */
                id: string;
                toolKind: string;
                title: string;
                status: string;
                paths: string[];
                command: string | null;
                /** @description The end of what it printed; left out where it is as in an earlier line about this call */
                output?: string;
                /** @description Left out where they are as in an earlier line about this call */
                edits?: {
                    path: string;
                    before: string | null;
                    after: string | null;
                }[];
            } | {
                /** @constant */
                kind: "plan";
                entries: {
                    text: string;
                    status: string;
                }[];
            } | {
                /** @constant */
                kind: "permission";
                title: string;
                toolKind: string;
                allowed: boolean;
                reason: string;
            } | {
                /** @constant */
                kind: "usage";
                inputTokens: number;
                outputTokens: number;
            } | {
                /** @constant */
                kind: "output";
                /** @enum {string} */
                stream: "stdout" | "stderr";
                text: string;
            } | {
                /** @constant */
                kind: "ended";
                reason: string;
                detail: string;
            };
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "setup";
            commands: string[];
            /** @enum {string} */
            state: "started" | "done" | "failed";
            cached?: boolean;
            duration_ms?: number;
            made?: string[];
            output?: string;
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "check";
            name: string;
            command: string;
            exit_code: number | null;
            duration_ms: number;
            output: string;
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "note";
            text: string;
            changes?: string[];
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "outcome";
            /** @enum {string} */
            outcome: "change_request" | "text" | "failed" | "cancelled";
            failure?: string;
            detail?: string | null;
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "question";
            id: string;
            state: string;
            question?: string;
            choices?: string[];
            until?: string;
            answer?: string | null;
            by?: string | null;
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "progress";
            message: string;
            fraction: number | null;
            step: string | null;
        } | {
            line: number;
            /** Format: date-time */
            at: string;
            execution: number;
            /** @constant */
            kind: "usage";
            input_tokens: number;
            output_tokens: number;
            cost_micros: number;
        };
        MetricAnswer: {
            metric: string;
            title: string;
            /** @enum {string} */
            unit: "seconds" | "minutes" | "share" | "count";
            definition_version: number;
            project_id: string | null;
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description Exclusive
             */
            to: string;
            /** Format: date-time */
            as_of: string;
            /** @description Null where nothing was measured */
            value: number | null;
            /** @description Why there is no value, or no p90 */
            reason: string | null;
            n: number;
            mean: number | null;
            p50: number | null;
            p75: number | null;
            /** @description Null below 20 samples */
            p90: number | null;
            /** @description What was left out, by code */
            excluded: {
                [key: string]: number;
            };
            /** @description Spans below zero among what was left out */
            anomalies: number;
            parts: {
                [key: string]: number;
            };
            /** @description Ids of what it was computed from, a thousand at most */
            evidence: string[];
            evidence_left_out: number;
            by: ("agent" | "harness" | "repository" | "project") | null;
            rows: {
                key: string;
                /** @description Null where nothing was measured */
                value: number | null;
                /** @description Why there is no value, or no p90 */
                reason: string | null;
                n: number;
                mean: number | null;
                p50: number | null;
                p75: number | null;
                /** @description Null below 20 samples */
                p90: number | null;
                /** @description What was left out, by code */
                excluded: {
                    [key: string]: number;
                };
                /** @description Spans below zero among what was left out */
                anomalies: number;
                parts: {
                    [key: string]: number;
                };
                /** @description Ids of what it was computed from, a thousand at most */
                evidence: string[];
                evidence_left_out: number;
            }[] | null;
        };
        MetricDefinition: {
            /** @description What `GET /v1/metrics/{metric}` is asked for */
            metric: string;
            definition_version: number;
            title: string;
            meaning: string;
            formula: string;
            /** @description The event by whose instant something belongs to a window */
            end: string;
            /** @enum {string} */
            unit: "seconds" | "minutes" | "share" | "count";
            /** @enum {string} */
            aggregate: "median" | "share" | "total";
            subject: string;
            /** @description Why something is left out, by code */
            exclusions: {
                [key: string]: string;
            };
            /** @description What the parts of an answer count, by code */
            parts: {
                [key: string]: string;
            };
            /** @description By what it can be split */
            dimensions: ("agent" | "harness" | "repository" | "project")[];
        };
        MetricDistribution: {
            metric: string;
            title: string;
            /** @enum {string} */
            unit: "seconds" | "minutes" | "share" | "count";
            definition_version: number;
            project_id: string | null;
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description Exclusive
             */
            to: string;
            /** Format: date-time */
            as_of: string;
            /** @description Null where nothing was measured */
            value: number | null;
            /** @description Why there is no value, or no p90 */
            reason: string | null;
            n: number;
            mean: number | null;
            p50: number | null;
            p75: number | null;
            /** @description Null below 20 samples */
            p90: number | null;
            /** @description What was left out, by code */
            excluded: {
                [key: string]: number;
            };
            /** @description Spans below zero among what was left out */
            anomalies: number;
            parts: {
                [key: string]: number;
            };
            least: number | null;
            most: number | null;
            bins: {
                from: number;
                /** @description Exclusive; equal to `from` for a single value */
                to: number;
                n: number;
            }[];
        };
        MetricSamples: {
            metric: string;
            title: string;
            /** @enum {string} */
            unit: "seconds" | "minutes" | "share" | "count";
            definition_version: number;
            project_id: string | null;
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description Exclusive
             */
            to: string;
            /** Format: date-time */
            as_of: string;
            items: {
                subject: string;
                of: {
                    /** @enum {string} */
                    kind: "issue" | "pull_request";
                    number: number | null;
                    title: string;
                } | null;
                /**
                 * Format: date-time
                 * @description By which it belongs to the window
                 */
                at: string;
                /** @description Null: left out */
                value: number | null;
                excluded: string | null;
                excluded_because: string | null;
                parts: {
                    [key: string]: number;
                };
                /** @description Ids of the rows and events it was computed from */
                evidence: string[];
                keys: {
                    [key: string]: string[];
                };
            }[];
            next_cursor: string | null;
        };
        MetricSeries: {
            metric: string;
            title: string;
            /** @enum {string} */
            unit: "seconds" | "minutes" | "share" | "count";
            definition_version: number;
            project_id: string | null;
            /** Format: date-time */
            from: string;
            /**
             * Format: date-time
             * @description Exclusive
             */
            to: string;
            /** Format: date-time */
            as_of: string;
            /** @description Null where nothing was measured */
            value: number | null;
            /** @description Why there is no value, or no p90 */
            reason: string | null;
            n: number;
            mean: number | null;
            p50: number | null;
            p75: number | null;
            /** @description Null below 20 samples */
            p90: number | null;
            /** @description What was left out, by code */
            excluded: {
                [key: string]: number;
            };
            /** @description Spans below zero among what was left out */
            anomalies: number;
            parts: {
                [key: string]: number;
            };
            /**
             * @description Days begin at midnight, weeks on Monday; UTC
             * @enum {string}
             */
            bucket: "day" | "week";
            /** @description Oldest first; `value` is null where nothing was measured */
            buckets: {
                /** Format: date-time */
                from: string;
                /**
                 * Format: date-time
                 * @description Exclusive
                 */
                to: string;
                /** @description Cut by the window, or not over yet: the figure may still change */
                partial: boolean;
                /** @description Null where nothing was measured */
                value: number | null;
                /** @description Why there is no value, or no p90 */
                reason: string | null;
                n: number;
                mean: number | null;
                p50: number | null;
                p75: number | null;
                /** @description Null below 20 samples */
                p90: number | null;
                /** @description What was left out, by code */
                excluded: {
                    [key: string]: number;
                };
                /** @description Spans below zero among what was left out */
                anomalies: number;
                parts: {
                    [key: string]: number;
                };
            }[];
            by: ("agent" | "harness" | "repository" | "project") | null;
            rows: {
                key: string;
                n: number;
                buckets: {
                    /** Format: date-time */
                    from: string;
                    /**
                     * Format: date-time
                     * @description Exclusive
                     */
                    to: string;
                    /** @description Cut by the window, or not over yet: the figure may still change */
                    partial: boolean;
                    /** @description Null where nothing was measured */
                    value: number | null;
                    /** @description Why there is no value, or no p90 */
                    reason: string | null;
                    n: number;
                    mean: number | null;
                    p50: number | null;
                    p75: number | null;
                    /** @description Null below 20 samples */
                    p90: number | null;
                    /** @description What was left out, by code */
                    excluded: {
                        [key: string]: number;
                    };
                    /** @description Spans below zero among what was left out */
                    anomalies: number;
                    parts: {
                        [key: string]: number;
                    };
                }[];
            }[] | null;
            /** @description Keys with fewer samples than those that are shown */
            rows_left_out: number;
        };
        NewToken: {
            id: string;
            name: string;
            /**
             * @description The most it may do; never more than its person may at that moment.
             * @enum {string}
             */
            role: "viewer" | "developer" | "maintainer" | "manager" | "admin" | "agent";
            person_id: string | null;
            service: string | null;
            /** @description Ids; null: all. */
            projects: string[] | null;
            permissions: string[] | null;
            /** @description The first characters of the secret part, to recognise it. */
            hint: string;
            /** Format: date-time */
            created_at: string;
            last_used_at: string | null;
            expires_at: string | null;
            revoked_at: string | null;
            /** @description The secret. It is shown this once. */
            token: string;
        };
        PostV1ActionsProposeBodyschema0: unknown;
        PostV1ApprovalsByIdDecisionBodyschema0: unknown;
        PostV1ApprovalsByIdModificationBodyschema0: unknown;
        PostV1PolicyExplainBodyschema0: unknown;
        Problem: {
            /** @description A name of the problem; not an address to open. */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong, in one sentence. */
            detail: string;
            /** @description Stable name of the reason, for programs. */
            code: string;
            /**
             * @description How it failed: `refused` is a "no" to a request that was well formed, `invalid` is a request that was not.
             * @enum {string}
             */
            kind: "invalid" | "unauthenticated" | "forbidden" | "not_found" | "conflict" | "refused" | "too_large" | "rate_limited" | "unavailable" | "internal";
            /** @description What to do about it. */
            hint?: string;
            request_id: string;
            /** @description Of a request that does not fit its schema: each place. */
            errors?: {
                path: string;
                message: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        PullDetail: {
            id: string;
            issue_id: string | null;
            project_id: string;
            repository_id: string;
            number: number;
            title: string;
            /** @enum {string} */
            state: "open" | "merged" | "closed";
            draft: boolean;
            head_branch: string;
            base_branch: string;
            head_sha: string;
            merge_sha: string | null;
            url: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Key of the project */
            project: string;
            /** @description `owner/name` */
            repository: string;
            issue_number: number | null;
            issue_title: string | null;
            /** @description Login on the forge; null: no event told */
            author: string | null;
            /** @enum {string} */
            author_kind: "agent" | "person" | "bot";
            /** Format: date-time */
            opened_at: string;
            waiting: {
                /** @enum {string} */
                for: "nobody" | "agent" | "ci" | "reviewers" | "approvers" | "author" | "queue" | "people";
                /** @description Handles, logins, names of agents or `role:<role>`; empty: nobody in particular */
                names: string[];
                /** @description A sentence without its full stop */
                why: string;
                since: string | null;
            };
            checks: {
                passed: number;
                failed: number;
                pending: number;
                /** @description Cancelled or neutral */
                other: number;
                /** @description The forge's first verdict on this head */
                verdict: ("green" | "red") | null;
                at: string | null;
            };
            /** @description The last review by an agent */
            review: {
                review_id: string;
                /** @description Name of the agent */
                reviewer: string;
                head_sha: string;
                /** Format: date-time */
                at: string;
                rounds: number;
                open: {
                    blocker: number;
                    major: number;
                    minor: number;
                    note: number;
                };
            } | null;
            /** @description What people said last in reviews */
            verdicts: {
                author: string;
                verdict: string;
                /** Format: date-time */
                at: string;
            }[];
            /** @description Who may decide and asked for changes that nobody has worked on */
            objectors: string[];
            fix: {
                /** @enum {string} */
                what: "reviews" | "conflict";
                by: string;
                /** Format: date-time */
                at: string;
            } | null;
            /** @description The merge, or another try at red checks, that people are asked for or that is under way */
            approval: {
                action_id: string;
                /** @enum {string} */
                kind: "pr.merge" | "ci.retry";
                status: string;
                needed: number;
                yes: number;
                asked: string | null;
                approvers: string[];
                /** Format: date-time */
                at: string;
                expires_at: string | null;
            } | null;
            /** @description As the merge queue has it */
            entry: {
                change_request_id: string;
                state: string;
                /** Format: date-time */
                at: string;
            } | null;
            /** @description Handles of who should review it */
            suggested: string[];
            /** @description An agent at work on it now */
            run: {
                run_id: string;
                agent: string;
                role: string;
                /** Format: date-time */
                at: string;
            } | null;
            story: {
                ended_as: string | null;
                detail: string | null;
            } | null;
            /** @description Of the last review by an agent; untrusted */
            review_summary: string | null;
            findings: {
                key: string;
                /** @enum {string} */
                severity: "blocker" | "major" | "minor" | "note";
                /** @enum {string} */
                state: "open" | "settled";
                path: string | null;
                line: number | null;
                what: string;
                why: string;
                suggestion: string | null;
            }[];
            compliance_record_id: string | null;
        };
        PullOverview: {
            id: string;
            issue_id: string | null;
            project_id: string;
            repository_id: string;
            number: number;
            title: string;
            /** @enum {string} */
            state: "open" | "merged" | "closed";
            draft: boolean;
            head_branch: string;
            base_branch: string;
            head_sha: string;
            merge_sha: string | null;
            url: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Key of the project */
            project: string;
            /** @description `owner/name` */
            repository: string;
            issue_number: number | null;
            issue_title: string | null;
            /** @description Login on the forge; null: no event told */
            author: string | null;
            /** @enum {string} */
            author_kind: "agent" | "person" | "bot";
            /** Format: date-time */
            opened_at: string;
            waiting: {
                /** @enum {string} */
                for: "nobody" | "agent" | "ci" | "reviewers" | "approvers" | "author" | "queue" | "people";
                /** @description Handles, logins, names of agents or `role:<role>`; empty: nobody in particular */
                names: string[];
                /** @description A sentence without its full stop */
                why: string;
                since: string | null;
            };
            checks: {
                passed: number;
                failed: number;
                pending: number;
                /** @description Cancelled or neutral */
                other: number;
                /** @description The forge's first verdict on this head */
                verdict: ("green" | "red") | null;
                at: string | null;
            };
            /** @description The last review by an agent */
            review: {
                review_id: string;
                /** @description Name of the agent */
                reviewer: string;
                head_sha: string;
                /** Format: date-time */
                at: string;
                rounds: number;
                open: {
                    blocker: number;
                    major: number;
                    minor: number;
                    note: number;
                };
            } | null;
            /** @description What people said last in reviews */
            verdicts: {
                author: string;
                verdict: string;
                /** Format: date-time */
                at: string;
            }[];
            /** @description Who may decide and asked for changes that nobody has worked on */
            objectors: string[];
            fix: {
                /** @enum {string} */
                what: "reviews" | "conflict";
                by: string;
                /** Format: date-time */
                at: string;
            } | null;
            /** @description The merge, or another try at red checks, that people are asked for or that is under way */
            approval: {
                action_id: string;
                /** @enum {string} */
                kind: "pr.merge" | "ci.retry";
                status: string;
                needed: number;
                yes: number;
                asked: string | null;
                approvers: string[];
                /** Format: date-time */
                at: string;
                expires_at: string | null;
            } | null;
            /** @description As the merge queue has it */
            entry: {
                change_request_id: string;
                state: string;
                /** Format: date-time */
                at: string;
            } | null;
            /** @description Handles of who should review it */
            suggested: string[];
            /** @description An agent at work on it now */
            run: {
                run_id: string;
                agent: string;
                role: string;
                /** Format: date-time */
                at: string;
            } | null;
            story: {
                ended_as: string | null;
                detail: string | null;
            } | null;
        };
        ReviewerLoad: {
            handle: string;
            name: string;
            active: boolean;
            timezone: string;
            /** @description Requests in the window */
            asked: number;
            /** @description Of those, reviewed or voted on by them */
            answered: number;
            /** @description From the request to their first review, over answered requests of the window */
            median_minutes: number | null;
            /** @description Why there is no median */
            reason: string | null;
            /** @description Reviews they handed in within seven days */
            recent_reviews: number;
            /** @description Reviews and decisions by name that wait for them now */
            load: number;
            /** @description Most things at once */
            wip_limit: number;
            capacity_hours_per_week: number;
            /** @description Decisions that wait for them by name */
            approvals: number;
            open: number;
            /** @description What waits for them, the longest first, at most twenty */
            waiting: {
                pull_id: string;
                project_id: string;
                repository: string;
                number: number;
                title: string;
                /** Format: date-time */
                asked_at: string;
            }[];
        };
        Rollout: {
            project_id: string;
            /** @enum {string} */
            stage: "shadow" | "non_critical" | "core";
            /** @enum {string} */
            source: "default" | "set";
            next: ("shadow" | "non_critical" | "core") | null;
            core_paths: string[];
            since: string | null;
            changed_by: string | null;
            reason: string;
            ready: boolean;
            agreed: number;
            judged: number;
            open: number;
            share: number | null;
            interval_low: number | null;
            interval_high: number | null;
            criteria: {
                name: string;
                met: boolean;
                needed: number;
                actual: number;
                sentence: string;
            }[];
            kinds: {
                kind: string;
                agreed: number;
                disagreed: number;
                open: number;
            }[];
            /** @description What people have yet to decide, after an advance with `override` */
            action: {
                id: string;
                status: string;
            } | null;
        };
        SavedView: {
            id: string;
            name: string;
            shared: boolean;
            owner: string;
            mine: boolean;
            filters: {
                project?: string;
                state?: ("new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed")[];
                type?: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question")[];
                priority?: ("P0" | "P1" | "P2" | "P3")[];
                size?: ("XS" | "S" | "M" | "L" | "XL")[];
                risk?: ("low" | "medium" | "high")[];
                label?: string[];
                worker?: string;
                requested_by?: string;
                /** @enum {string} */
                waits_for?: "person";
                /** Format: date-time */
                changed_since?: string;
                /** Format: date-time */
                ended_since?: string;
                open?: boolean;
                q?: string;
                /** @enum {string} */
                sort?: "created" | "updated" | "priority";
                /** @enum {string} */
                order?: "newest" | "oldest";
            };
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        Session: {
            id: string;
            person_id: string | null;
            token_id: string | null;
            /** @description `token`, `admin-token`, or the identity provider that vouched. */
            opened_by: string;
            user_agent: string | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description To the minute; two hours without use end a session.
             */
            last_seen_at: string;
            /** Format: date-time */
            expires_at: string;
        };
        Setup: {
            /** @description There is a repository Reeve may work on. */
            repository: boolean;
            /** @description There is an agent for the role coder that answered when it was last tested. */
            agent: boolean;
            /** @description Something was asked for. */
            work: boolean;
            /** @description Something is where it was to go: merged on the forge, or on its branch in the checkout. */
            landed: boolean;
            complete: boolean;
            /** @description The issue of what a person typed last. Null: nothing, or the caller is limited to projects. */
            request: {
                id: string;
                ended: boolean;
            } | null;
            forges: {
                github: boolean;
            };
            /** @description Who plans and triages: `rules`, `provider/model` or `agent:<name>`. Null for callers limited to projects. */
            model: string | null;
            /** @description There is a model behind the gateway that sealed agents reach. */
            gateway: boolean;
            /** @description Active people who may decide something. Null for callers limited to projects. */
            deciders: number | null;
        };
        SystemConfig: {
            revision: number;
            values: {
                [key: string]: string | number | boolean;
            };
            settings: {
                key: string;
                value: string | number | boolean;
                default: string | number | boolean;
                /** @enum {string} */
                source: "default" | "set";
                type: string;
                input: {
                    /** @constant */
                    kind: "integer";
                    min: number;
                    max: number;
                } | {
                    /** @constant */
                    kind: "flag";
                } | {
                    /** @constant */
                    kind: "choice";
                    choices: string[];
                };
                description: string;
                updated_at: string | null;
                updated_by: string | null;
            }[];
        };
        TimelineEntry: {
            id: string;
            issue_id: string;
            /** Format: date-time */
            at: string;
            /** @description Persisted name: of a ledger entry, of a forge's event, `ci.<conclusion>` or `review.written` */
            kind: string;
            /** @enum {string} */
            stage: "issue" | "story" | "triage" | "plan" | "approval" | "task" | "run" | "change_request" | "ci" | "pull" | "review" | "question" | "action" | "record";
            /**
             * @description `waiting`: somebody has to do something
             * @enum {string}
             */
            tone: "good" | "bad" | "waiting" | "plain";
            /**
             * @description `main`: what a person would tell of it; `detail`: the rest of what is on record
             * @enum {string}
             */
            level: "main" | "detail";
            actor: string;
            text: string;
            detail: string | null;
            evidence: string[];
            links: {
                event_id: string | null;
                plan_id: string | null;
                task_id: string | null;
                run_id: string | null;
                change_request_id: string | null;
                ci_result_id: string | null;
                review_id: string | null;
                /** @description Of the action, and of its approval where people decide about it */
                action_id: string | null;
                question_id: string | null;
                record_id: string | null;
                pull_id: string | null;
                pull_number: number | null;
                /** @description Page of the forge */
                url: string | null;
                commit: string | null;
                ledger_seq: number | null;
            };
        };
        Token: {
            id: string;
            name: string;
            /**
             * @description The most it may do; never more than its person may at that moment.
             * @enum {string}
             */
            role: "viewer" | "developer" | "maintainer" | "manager" | "admin" | "agent";
            person_id: string | null;
            service: string | null;
            /** @description Ids; null: all. */
            projects: string[] | null;
            permissions: string[] | null;
            /** @description The first characters of the secret part, to recognise it. */
            hint: string;
            /** Format: date-time */
            created_at: string;
            last_used_at: string | null;
            expires_at: string | null;
            revoked_at: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
};
export type $defs = Record<string, never>;
export interface operations {
    getWellKnownJwksJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            kty: string;
                            crv: string;
                            x: string;
                            kid: string;
                            alg: string;
                            use: string;
                        }[];
                    };
                };
            };
        };
    };
    postCommandsSlack: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getConnectGithub: {
        parameters: {
            query?: {
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getConnectGithubCallback: {
        parameters: {
            query?: {
                state?: string;
                code?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getConnectGithubInstalled: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    postOrchestrateByIssueId: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                issue_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        issue_id: string;
                        generation: number;
                        workflow_id: string;
                        kind: string;
                        started_by: string;
                        ended_as: string | null;
                        /** @description Who ended it from outside; null: it came to its own end, or runs. */
                        ended_by: string | null;
                        detail: string | null;
                        /** @description Where the work of a request was published instead of the branch it named; null: there, or nowhere. */
                        published_branch: string | null;
                        /** Format: date-time */
                        started_at: string;
                        ended_at: string | null;
                    };
                };
            };
        };
    };
    getReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                        parts: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    getSchemasByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postStartJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    task_id?: string;
                    /** @description Its first task that waits for nobody. */
                    work_item_id?: string;
                    /** @description Gets the task for good, which needs a maintainer; left out: whoever has it. */
                    agent?: string;
                    /**
                     * @description What the task must be for.
                     * @enum {string}
                     */
                    role?: "coder" | "reviewer" | "tester" | "planner";
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        task_id: string | null;
                        work_item_id: string | null;
                        project_id: string;
                        repository_id: string;
                        agent: string;
                        role: string;
                        attempt: number;
                        execution: number;
                        /** @enum {string} */
                        state: "queued" | "preparing" | "running" | "checking" | "succeeded" | "failed" | "cancelled" | "handed_back";
                        failure: string | null;
                        detail: string | null;
                        base_commit: string | null;
                        target: string;
                        branch: string | null;
                        sandbox: string;
                        sealed: boolean;
                        usage: {
                            input_tokens: number;
                            output_tokens: number;
                            cost_micros: number;
                        };
                        checks: {
                            name: string;
                            command: string;
                            exit_code: number | null;
                            duration_ms: number;
                            output: string;
                        }[];
                        change_request_id: string | null;
                        prompt_hash: string | null;
                        prompt_version: string | null;
                        kept_ref: string | null;
                        kept_patch: string | null;
                        created_at: string;
                        started_at: string | null;
                        ended_at: string | null;
                        states?: {
                            execution: number;
                            state: string;
                            at: string;
                        }[];
                    };
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postStopJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    job_id: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        task_id: string | null;
                        work_item_id: string | null;
                        project_id: string;
                        repository_id: string;
                        agent: string;
                        role: string;
                        attempt: number;
                        execution: number;
                        /** @enum {string} */
                        state: "queued" | "preparing" | "running" | "checking" | "succeeded" | "failed" | "cancelled" | "handed_back";
                        failure: string | null;
                        detail: string | null;
                        base_commit: string | null;
                        target: string;
                        branch: string | null;
                        sandbox: string;
                        sealed: boolean;
                        usage: {
                            input_tokens: number;
                            output_tokens: number;
                            cost_micros: number;
                        };
                        checks: {
                            name: string;
                            command: string;
                            exit_code: number | null;
                            duration_ms: number;
                            output: string;
                        }[];
                        change_request_id: string | null;
                        prompt_hash: string | null;
                        prompt_version: string | null;
                        kept_ref: string | null;
                        kept_patch: string | null;
                        created_at: string;
                        started_at: string | null;
                        ended_at: string | null;
                        states?: {
                            execution: number;
                            state: string;
                            at: string;
                        }[];
                    };
                };
            };
        };
    };
    getV1Actions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "pending" | "approved" | "executing" | "executed" | "failed" | "declined" | "expired" | "superseded" | "denied" | "shadowed";
                kind?: "plan.approve" | "branch.create" | "branch.push" | "branch.delete" | "pr.create" | "pr.update" | "pr.label" | "pr.comment.summary" | "pr.comment.answer" | "pr.review" | "pr.reviewers" | "pr.thread.reply" | "pr.thread.resolve" | "pr.comment.output" | "pr.check" | "pr.merge" | "pr.close" | "pr.revert" | "pr.assign" | "issue.comment.triage" | "issue.comment.plan" | "issue.comment.questions" | "issue.label" | "issue.assign" | "issue.close" | "issue.transition" | "issue.create.low" | "issue.tick" | "agent.dispatch" | "ci.retry" | "ci.rerun" | "release.draft" | "release.changelog" | "policy.update" | "budget.raise" | "rollout.advance" | "approval.notify";
                /** @description Id or key of the project. */
                project?: string;
                work_item?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            kind: string;
                            /** @enum {string} */
                            status: "pending" | "approved" | "executing" | "executed" | "failed" | "declined" | "expired" | "superseded" | "denied" | "shadowed";
                            digest: string;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            mode: string | null;
                            rule: string;
                            why: string;
                            record: {
                                [key: string]: unknown;
                            };
                            project_id: string | null;
                            work_item_id: string | null;
                            supersedes: string | null;
                            superseded_by: string | null;
                            outcome: {
                                [key: string]: unknown;
                            } | null;
                            created_at: string;
                            expires_at: string;
                            executed_at: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1ActionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        kind: string;
                        /** @enum {string} */
                        status: "pending" | "approved" | "executing" | "executed" | "failed" | "declined" | "expired" | "superseded" | "denied" | "shadowed";
                        digest: string;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        mode: string | null;
                        rule: string;
                        why: string;
                        record: {
                            [key: string]: unknown;
                        };
                        project_id: string | null;
                        work_item_id: string | null;
                        supersedes: string | null;
                        superseded_by: string | null;
                        outcome: {
                            [key: string]: unknown;
                        } | null;
                        created_at: string;
                        expires_at: string;
                        executed_at: string | null;
                    };
                };
            };
        };
    };
    postV1ActionsByIdBreakGlass: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    digest: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        action_id: string;
                        /**
                         * @description `opened` waits for a second person.
                         * @enum {string}
                         */
                        state: "opened" | "broken";
                        reason: string;
                        opened_by: string;
                        confirmed_by: string | null;
                        expires_at: string;
                    };
                };
            };
        };
    };
    postV1ActionsByIdBreakGlassAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        action_id: string;
                        account: string;
                        account_by: string;
                        /** Format: date-time */
                        account_at: string;
                    };
                };
            };
        };
    };
    postV1ActionsByIdUndo: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        action_id: string;
                        kind: string;
                        digest: string;
                        status: string;
                    };
                };
            };
        };
    };
    postV1ActionsPropose: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "plan.approve" | "branch.create" | "branch.push" | "branch.delete" | "pr.create" | "pr.update" | "pr.label" | "pr.comment.summary" | "pr.comment.answer" | "pr.review" | "pr.reviewers" | "pr.thread.reply" | "pr.thread.resolve" | "pr.comment.output" | "pr.check" | "pr.merge" | "pr.close" | "pr.revert" | "pr.assign" | "issue.comment.triage" | "issue.comment.plan" | "issue.comment.questions" | "issue.label" | "issue.assign" | "issue.close" | "issue.transition" | "issue.create.low" | "issue.tick" | "agent.dispatch" | "ci.retry" | "ci.rerun" | "release.draft" | "release.changelog" | "policy.update" | "budget.raise" | "rollout.advance" | "approval.notify";
                    target: {
                        forge: string;
                        repo: string;
                        /** @default null */
                        number?: number | null;
                        /** @default null */
                        branch?: string | null;
                    };
                    /** @default {} */
                    args?: {
                        [key: string]: components["schemas"]["PostV1ActionsProposeBodyschema0"];
                    };
                    /** @default {} */
                    preconditions?: {
                        /** @default null */
                        head_sha?: string | null;
                        /** @default null */
                        base_sha?: string | null;
                        /** @default null */
                        issue_updated_at?: string | null;
                    };
                    /** @default null */
                    work_item_id?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        action_id: string;
                        digest: string;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        mode: string | null;
                        /** @description Seconds from the proposal until it runs out. */
                        ttl: number;
                        /** @enum {string} */
                        status: "pending" | "approved" | "executing" | "executed" | "failed" | "declined" | "expired" | "superseded" | "denied" | "shadowed";
                    };
                };
            };
        };
    };
    getV1Agents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            name: string;
                            harness: string;
                            command: string[];
                            network: string;
                            sealed: boolean;
                            sandbox: string | null;
                            skills: string[];
                            concurrency: number;
                            limits: {
                                [key: string]: number;
                            };
                            roles: string[];
                            /** @description Null: it was never tested. */
                            last_test: {
                                agent: string;
                                ok: boolean;
                                /** @description Why it could not be used; null: it could. */
                                trouble: ("spawn_failed" | "crashed" | "protocol" | "login_needed" | "too_slow" | "sandbox_missing") | null;
                                detail: string;
                                /** @description What to do about it. */
                                advice: string | null;
                                name: string | null;
                                version: string | null;
                                protocol: string | null;
                                capabilities: string[];
                                auth_methods: {
                                    id: string;
                                    name: string;
                                }[];
                                modes: string[];
                                sandbox: string;
                                sealed: boolean;
                                duration_ms: number;
                                tested_by: string;
                                tested_at: string;
                            } | null;
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    postV1Agents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Id of a known agent: GET /v1/agents/found lists them. */
                    known: string;
                    /** @description Left out: the id of the known agent. */
                    name?: string;
                    /**
                     * @description Roles it fills where neither the project nor the configuration file names one.
                     * @default [
                     *       "coder",
                     *       "reviewer"
                     *     ]
                     */
                    roles?: ("coder" | "reviewer" | "tester" | "planner")[];
                    /**
                     * @description gateway: it reaches the configured model and nothing else. open: the whole network, with a login of its own.
                     * @default gateway
                     * @enum {string}
                     */
                    network?: "gateway" | "open";
                    /**
                     * @description Names of variables of the server it is given; only with the open network.
                     * @default []
                     */
                    variables?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        known: string;
                        command: string[];
                        /** @enum {string} */
                        network: "gateway" | "open";
                        variables: string[];
                        roles: string[];
                        added_by: string;
                        /** Format: date-time */
                        added_at: string;
                    };
                };
            };
        };
    };
    deleteV1AgentsByName: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    postV1AgentsByNameTest: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Seconds it may take until it has answered.
                     * @default 30
                     */
                    limit_s?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        agent: string;
                        ok: boolean;
                        /** @description Why it could not be used; null: it could. */
                        trouble: ("spawn_failed" | "crashed" | "protocol" | "login_needed" | "too_slow" | "sandbox_missing") | null;
                        detail: string;
                        /** @description What to do about it. */
                        advice: string | null;
                        name: string | null;
                        version: string | null;
                        protocol: string | null;
                        capabilities: string[];
                        auth_methods: {
                            id: string;
                            name: string;
                        }[];
                        modes: string[];
                        sandbox: string;
                        sealed: boolean;
                        duration_ms: number;
                        tested_by: string;
                        tested_at: string;
                    };
                };
            };
        };
    };
    getV1AgentsFound: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            title: string;
                            program: string;
                            /** @description How it would be started. */
                            command: string[];
                            /** @description Null: it is not on the PATH of the server. */
                            path: string | null;
                            /** @description Names of variables it may be given to be logged in. */
                            variables: string[];
                            /** @description Those of them that the server has. */
                            variables_set: string[];
                            configured_as: string | null;
                            /** @description The version Reeve’s developers ran; null: it is started as its makers say. */
                            measured: string | null;
                            homepage: string;
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    getV1Approvals: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description decided: whatever waits no longer. */
                status?: "pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn" | "decided";
                kind?: string;
                risk?: "low" | "medium" | "high";
                /** @description Id or key. */
                project?: string;
                work_item?: string;
                /** @description Only what the caller may decide and has not said yes to. */
                mine?: string;
                /** @description newest proposed first, expiring first, or by risk and then by what runs out first. */
                order?: "newest" | "expiring" | "risk";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {string} */
                            status: "pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn";
                            /** @description What a decision must repeat: the SHA-256 of the action record. */
                            digest: string;
                            kind: string;
                            /** @description What will happen, in one sentence. Names in it are untrusted text. */
                            headline: string;
                            /** @description Title of the issue it is for: untrusted text. */
                            issue_title: string | null;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            mode: string | null;
                            approvers: string[];
                            votes: {
                                yes: number;
                                needed: number;
                            };
                            record: {
                                [key: string]: unknown;
                            };
                            /** @description The record as text for people; hidden characters appear as escapes. */
                            card: string;
                            /** @description The policy rule that asked: actions.pr.merge.mode. */
                            rule: string;
                            why: string;
                            project_id: string | null;
                            work_item_id: string | null;
                            decided_by: string | null;
                            decided_at: string | null;
                            reason: string | null;
                            self_approved: boolean;
                            /** @description What a person types before a yes to high risk: the name of the repository. Null: nothing. */
                            confirm: string | null;
                            /** @description Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch. */
                            warning: string | null;
                            /** @description Who is asked at the moment: person:<handle> or role:<role>. */
                            asked: string | null;
                            notes: {
                                /** @enum {string} */
                                kind: "question" | "answer" | "reassigned" | "reminded" | "escalated";
                                by: string;
                                text: string;
                                at: string;
                            }[];
                            /** @description How the caller stands to it, where it was asked for by GET. */
                            you: {
                                may_decide: boolean;
                                why_not: {
                                    code: string;
                                    reason: string;
                                } | null;
                                /** @description The caller asked for it or wrote it. */
                                requester: boolean;
                                /** @description The caller has said yes already; it waits for somebody else. */
                                voted: boolean;
                            } | null;
                            action_status: string;
                            supersedes: string | null;
                            superseded_by: string | null;
                            /** @description Result of the effect, or the error sentence. */
                            outcome: {
                                [key: string]: unknown;
                            } | null;
                            executed_at: string | null;
                            created_at: string;
                            expires_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1ApprovalsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn";
                        /** @description What a decision must repeat: the SHA-256 of the action record. */
                        digest: string;
                        kind: string;
                        /** @description What will happen, in one sentence. Names in it are untrusted text. */
                        headline: string;
                        /** @description Title of the issue it is for: untrusted text. */
                        issue_title: string | null;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        mode: string | null;
                        approvers: string[];
                        votes: {
                            yes: number;
                            needed: number;
                        };
                        record: {
                            [key: string]: unknown;
                        };
                        /** @description The record as text for people; hidden characters appear as escapes. */
                        card: string;
                        /** @description The policy rule that asked: actions.pr.merge.mode. */
                        rule: string;
                        why: string;
                        project_id: string | null;
                        work_item_id: string | null;
                        decided_by: string | null;
                        decided_at: string | null;
                        reason: string | null;
                        self_approved: boolean;
                        /** @description What a person types before a yes to high risk: the name of the repository. Null: nothing. */
                        confirm: string | null;
                        /** @description Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch. */
                        warning: string | null;
                        /** @description Who is asked at the moment: person:<handle> or role:<role>. */
                        asked: string | null;
                        notes: {
                            /** @enum {string} */
                            kind: "question" | "answer" | "reassigned" | "reminded" | "escalated";
                            by: string;
                            text: string;
                            at: string;
                        }[];
                        /** @description How the caller stands to it, where it was asked for by GET. */
                        you: {
                            may_decide: boolean;
                            why_not: {
                                code: string;
                                reason: string;
                            } | null;
                            /** @description The caller asked for it or wrote it. */
                            requester: boolean;
                            /** @description The caller has said yes already; it waits for somebody else. */
                            voted: boolean;
                        } | null;
                        action_status: string;
                        supersedes: string | null;
                        superseded_by: string | null;
                        /** @description Result of the effect, or the error sentence. */
                        outcome: {
                            [key: string]: unknown;
                        } | null;
                        executed_at: string | null;
                        created_at: string;
                        expires_at: string;
                    };
                };
            };
        };
    };
    getV1ApprovalsByIdChanges: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description This file alone, and more of it. */
                path?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Why there is nothing to show; null: there is. */
                        unavailable: string | null;
                        from: string | null;
                        to: string | null;
                        /** @description The branch it would go to. */
                        onto: string | null;
                        /** @description Of all of it, whatever is listed. */
                        files: number;
                        added: number;
                        deleted: number;
                        protected_files: number;
                        items: {
                            path: string;
                            /** @description Former name of a renamed file. */
                            from: string | null;
                            /** @enum {string} */
                            status: "A" | "M" | "D" | "R" | "T";
                            /** @description Null: it is no text. */
                            added: number | null;
                            deleted: number | null;
                            /** @description By the policy in force. */
                            protected: boolean;
                            /** @description Unified hunks without the lines above them; untrusted. Empty: no lines of text. */
                            hunks: string;
                            /** @description More of it is not shown: ask for it by its path. */
                            cut: boolean;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1ApprovalsByIdDecision: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    decision: "approve" | "decline" | "modify";
                    digest: string;
                    reason?: string;
                    modified_args?: {
                        [key: string]: components["schemas"]["PostV1ApprovalsByIdDecisionBodyschema0"];
                    };
                    /** @description The name of the repository, typed by the person who approves. */
                    confirm?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn";
                        /** @description What a decision must repeat: the SHA-256 of the action record. */
                        digest: string;
                        kind: string;
                        /** @description What will happen, in one sentence. Names in it are untrusted text. */
                        headline: string;
                        /** @description Title of the issue it is for: untrusted text. */
                        issue_title: string | null;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        mode: string | null;
                        approvers: string[];
                        votes: {
                            yes: number;
                            needed: number;
                        };
                        record: {
                            [key: string]: unknown;
                        };
                        /** @description The record as text for people; hidden characters appear as escapes. */
                        card: string;
                        /** @description The policy rule that asked: actions.pr.merge.mode. */
                        rule: string;
                        why: string;
                        project_id: string | null;
                        work_item_id: string | null;
                        decided_by: string | null;
                        decided_at: string | null;
                        reason: string | null;
                        self_approved: boolean;
                        /** @description What a person types before a yes to high risk: the name of the repository. Null: nothing. */
                        confirm: string | null;
                        /** @description Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch. */
                        warning: string | null;
                        /** @description Who is asked at the moment: person:<handle> or role:<role>. */
                        asked: string | null;
                        notes: {
                            /** @enum {string} */
                            kind: "question" | "answer" | "reassigned" | "reminded" | "escalated";
                            by: string;
                            text: string;
                            at: string;
                        }[];
                        /** @description How the caller stands to it, where it was asked for by GET. */
                        you: {
                            may_decide: boolean;
                            why_not: {
                                code: string;
                                reason: string;
                            } | null;
                            /** @description The caller asked for it or wrote it. */
                            requester: boolean;
                            /** @description The caller has said yes already; it waits for somebody else. */
                            voted: boolean;
                        } | null;
                        action_status: string;
                        supersedes: string | null;
                        superseded_by: string | null;
                        /** @description Result of the effect, or the error sentence. */
                        outcome: {
                            [key: string]: unknown;
                        } | null;
                        executed_at: string | null;
                        created_at: string;
                        expires_at: string;
                    };
                };
            };
        };
    };
    getV1ApprovalsByIdDetails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        approval: {
                            id: string;
                            /** @enum {string} */
                            status: "pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn";
                            /** @description What a decision must repeat: the SHA-256 of the action record. */
                            digest: string;
                            kind: string;
                            /** @description What will happen, in one sentence. Names in it are untrusted text. */
                            headline: string;
                            /** @description Title of the issue it is for: untrusted text. */
                            issue_title: string | null;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            mode: string | null;
                            approvers: string[];
                            votes: {
                                yes: number;
                                needed: number;
                            };
                            record: {
                                [key: string]: unknown;
                            };
                            /** @description The record as text for people; hidden characters appear as escapes. */
                            card: string;
                            /** @description The policy rule that asked: actions.pr.merge.mode. */
                            rule: string;
                            why: string;
                            project_id: string | null;
                            work_item_id: string | null;
                            decided_by: string | null;
                            decided_at: string | null;
                            reason: string | null;
                            self_approved: boolean;
                            /** @description What a person types before a yes to high risk: the name of the repository. Null: nothing. */
                            confirm: string | null;
                            /** @description Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch. */
                            warning: string | null;
                            /** @description Who is asked at the moment: person:<handle> or role:<role>. */
                            asked: string | null;
                            notes: {
                                /** @enum {string} */
                                kind: "question" | "answer" | "reassigned" | "reminded" | "escalated";
                                by: string;
                                text: string;
                                at: string;
                            }[];
                            /** @description How the caller stands to it, where it was asked for by GET. */
                            you: {
                                may_decide: boolean;
                                why_not: {
                                    code: string;
                                    reason: string;
                                } | null;
                                /** @description The caller asked for it or wrote it. */
                                requester: boolean;
                                /** @description The caller has said yes already; it waits for somebody else. */
                                voted: boolean;
                            } | null;
                            action_status: string;
                            supersedes: string | null;
                            superseded_by: string | null;
                            /** @description Result of the effect, or the error sentence. */
                            outcome: {
                                [key: string]: unknown;
                            } | null;
                            executed_at: string | null;
                            created_at: string;
                            expires_at: string;
                        };
                        /** @description What would be sent or done, the texts first. */
                        parts: {
                            /** @description Its place in the record: args.body. */
                            path: string;
                            label: string;
                            /** @enum {string} */
                            form: "markdown" | "text" | "line" | "list" | "commit" | "branch" | "json";
                            /** @description Exactly what is stored and would be sent: untrusted, nothing escaped, nothing cut. */
                            text: string;
                            items: string[];
                            /** @description Shown to whoever decides, and sent nowhere. */
                            only_shown: boolean;
                            /** @description Characters in it that nobody can see. */
                            hidden: number;
                            /** @description The text it would replace, where that is known. */
                            before: string | null;
                        }[];
                        /** @description Every value the digest covers. */
                        fields: {
                            path: string;
                            /** @description As JSON. */
                            value: string;
                        }[];
                        /** @description The very text the digest is the SHA-256 of (RFC 8785). */
                        canonical: string;
                        rule: {
                            /** @description Whether the policy that asked is the one in force. */
                            in_force: boolean;
                            source: string | null;
                            conditions: {
                                member: string;
                                text: string;
                                holds: boolean | null;
                                error: string | null;
                            }[];
                            limits: {
                                name: string;
                                state: string;
                                reason: string;
                            }[];
                            /** @description What the policy in force says now. */
                            now: {
                                kind: string;
                                rule: string;
                                reason: string;
                            } | null;
                        };
                        votes: {
                            by: string;
                            /** @enum {string} */
                            decision: "approve" | "decline" | "modify";
                            reason: string | null;
                            at: string;
                        }[];
                        /** @description People who may decide it now, as person:<handle>. */
                        eligible: string[];
                        /** @description Other pending ones of the same kind that the caller may decide. */
                        like: number;
                        undo: {
                            /** @enum {string} */
                            by: "action" | "command" | "irreversible";
                            what: string;
                            sentence: string;
                            /** @description The sentence for who reads it in the console: without a command. */
                            told: string;
                            /** @description It was done, and its inverse can be proposed. */
                            now: boolean;
                        };
                        modify: {
                            possible: boolean;
                            why_not: string | null;
                            /** @description JSON Schema of changed arguments. */
                            schema: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
    };
    postV1ApprovalsByIdModification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    args: {
                        [key: string]: components["schemas"]["PostV1ApprovalsByIdModificationBodyschema0"];
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                        problems: {
                            path: string;
                            message: string;
                        }[];
                        /** @description The arguments as they would leave. */
                        args: {
                            [key: string]: unknown;
                        } | null;
                        decision: {
                            /** @enum {string} */
                            kind: "auto" | "approval" | "deny";
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            reason: string;
                            approvers: string[];
                            needed: number;
                            /** @description People who could then decide it, as person:<handle>. */
                            eligible: string[];
                            /** @description How the caller would then stand to it: whoever changes an action becomes its proposer. */
                            you: {
                                may_decide: boolean;
                                why_not: {
                                    code: string;
                                    reason: string;
                                } | null;
                            };
                        } | null;
                    };
                };
            };
        };
    };
    postV1ApprovalsByIdNotes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @default question
                     * @enum {string}
                     */
                    kind?: "question" | "answer";
                    text: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn";
                        /** @description What a decision must repeat: the SHA-256 of the action record. */
                        digest: string;
                        kind: string;
                        /** @description What will happen, in one sentence. Names in it are untrusted text. */
                        headline: string;
                        /** @description Title of the issue it is for: untrusted text. */
                        issue_title: string | null;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        mode: string | null;
                        approvers: string[];
                        votes: {
                            yes: number;
                            needed: number;
                        };
                        record: {
                            [key: string]: unknown;
                        };
                        /** @description The record as text for people; hidden characters appear as escapes. */
                        card: string;
                        /** @description The policy rule that asked: actions.pr.merge.mode. */
                        rule: string;
                        why: string;
                        project_id: string | null;
                        work_item_id: string | null;
                        decided_by: string | null;
                        decided_at: string | null;
                        reason: string | null;
                        self_approved: boolean;
                        /** @description What a person types before a yes to high risk: the name of the repository. Null: nothing. */
                        confirm: string | null;
                        /** @description Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch. */
                        warning: string | null;
                        /** @description Who is asked at the moment: person:<handle> or role:<role>. */
                        asked: string | null;
                        notes: {
                            /** @enum {string} */
                            kind: "question" | "answer" | "reassigned" | "reminded" | "escalated";
                            by: string;
                            text: string;
                            at: string;
                        }[];
                        /** @description How the caller stands to it, where it was asked for by GET. */
                        you: {
                            may_decide: boolean;
                            why_not: {
                                code: string;
                                reason: string;
                            } | null;
                            /** @description The caller asked for it or wrote it. */
                            requester: boolean;
                            /** @description The caller has said yes already; it waits for somebody else. */
                            voted: boolean;
                        } | null;
                        action_status: string;
                        supersedes: string | null;
                        superseded_by: string | null;
                        /** @description Result of the effect, or the error sentence. */
                        outcome: {
                            [key: string]: unknown;
                        } | null;
                        executed_at: string | null;
                        created_at: string;
                        expires_at: string;
                    };
                };
            };
        };
    };
    postV1ApprovalsByIdReassign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    to: string;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn";
                        /** @description What a decision must repeat: the SHA-256 of the action record. */
                        digest: string;
                        kind: string;
                        /** @description What will happen, in one sentence. Names in it are untrusted text. */
                        headline: string;
                        /** @description Title of the issue it is for: untrusted text. */
                        issue_title: string | null;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        mode: string | null;
                        approvers: string[];
                        votes: {
                            yes: number;
                            needed: number;
                        };
                        record: {
                            [key: string]: unknown;
                        };
                        /** @description The record as text for people; hidden characters appear as escapes. */
                        card: string;
                        /** @description The policy rule that asked: actions.pr.merge.mode. */
                        rule: string;
                        why: string;
                        project_id: string | null;
                        work_item_id: string | null;
                        decided_by: string | null;
                        decided_at: string | null;
                        reason: string | null;
                        self_approved: boolean;
                        /** @description What a person types before a yes to high risk: the name of the repository. Null: nothing. */
                        confirm: string | null;
                        /** @description Why it would not be done even after a yes, as it was last read: Reeve could go around the protection of its branch. */
                        warning: string | null;
                        /** @description Who is asked at the moment: person:<handle> or role:<role>. */
                        asked: string | null;
                        notes: {
                            /** @enum {string} */
                            kind: "question" | "answer" | "reassigned" | "reminded" | "escalated";
                            by: string;
                            text: string;
                            at: string;
                        }[];
                        /** @description How the caller stands to it, where it was asked for by GET. */
                        you: {
                            may_decide: boolean;
                            why_not: {
                                code: string;
                                reason: string;
                            } | null;
                            /** @description The caller asked for it or wrote it. */
                            requester: boolean;
                            /** @description The caller has said yes already; it waits for somebody else. */
                            voted: boolean;
                        } | null;
                        action_status: string;
                        supersedes: string | null;
                        superseded_by: string | null;
                        /** @description Result of the effect, or the error sentence. */
                        outcome: {
                            [key: string]: unknown;
                        } | null;
                        executed_at: string | null;
                        created_at: string;
                        expires_at: string;
                    };
                };
            };
        };
    };
    getV1ApprovalsCounts: {
        parameters: {
            query?: {
                /** @description Id or key; without it all projects the caller sees. */
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pending: number;
                        /** @description What the caller may decide and has not said yes to; at most 1,000 are counted. */
                        mine: number;
                        /** @description Of these, what runs out within an hour. */
                        mine_soon: number;
                        by_risk: {
                            low: number;
                            medium: number;
                            high: number;
                        };
                        by_kind: {
                            kind: string;
                            pending: number;
                            mine: number;
                        }[];
                        by_project: {
                            project_id: string | null;
                            pending: number;
                        }[];
                    };
                };
            };
        };
    };
    postV1ApprovalsDecisions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    decision: "approve" | "decline";
                    /** @description Only actions of this kind are decided. */
                    kind: string;
                    reason?: string;
                    items: {
                        id: string;
                        digest: string;
                        confirm?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            ok: boolean;
                            status: ("pending" | "approved" | "declined" | "modified" | "expired" | "withdrawn") | null;
                            code: string | null;
                            detail: string | null;
                        }[];
                    };
                };
            };
        };
    };
    getV1ApprovalsReport: {
        parameters: {
            query?: {
                days?: number;
                /** @description Id or key; without it all projects. */
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        days: number;
                        items: {
                            person: string;
                            decisions: number;
                            approved_share: number;
                            /** @description Share of all decisions that were a yes in under five seconds. */
                            hasty_share: number;
                            median_seconds: number;
                            /** @description More than 95 % of at least 20 decisions were a yes in under five seconds. */
                            flagged: boolean;
                        }[];
                    };
                };
            };
        };
    };
    getV1AuthCallbackByProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    postV1AuthCallbackByProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    postV1AuthCli: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                    verifier: string;
                    /** @default command line */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        token: string;
                        person: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
        };
    };
    getV1AuthFinish: {
        parameters: {
            query: {
                code: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    postV1AuthKeysRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description A key has leaked: every token it signed is refused from now on.
                     * @default false
                     */
                    at_once?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        kid: string;
                    };
                };
            };
        };
    };
    getV1AuthLoginByProvider: {
        parameters: {
            query?: {
                return_to?: string;
                cli_port?: number;
                cli_challenge?: string;
                cli_state?: string;
            };
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getV1AuthProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            name: string;
                            login: string;
                        }[];
                    };
                };
            };
        };
    };
    postV1AuthToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default reeve-api */
                    audience?: string;
                    /** @default 300 */
                    expires_in?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /** @constant */
                        token_type: "Bearer";
                        expires_in: number;
                        audience: string;
                    };
                };
            };
        };
    };
    getV1BreakGlass: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                /** @description Of one action. */
                action?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            action_id: string;
                            kind: string;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            /** @description What the action does, in one sentence; names in it are untrusted */
                            headline: string;
                            repository: string;
                            project_id: string | null;
                            action_status: string;
                            /**
                             * @description `opened` waits for a second person; `ran_out`: nobody was the second in time; `not_needed`: the action was decided without it.
                             * @enum {string}
                             */
                            state: "opened" | "ran_out" | "not_needed" | "broken";
                            reason: string;
                            opened_by: string;
                            /** Format: date-time */
                            opened_at: string;
                            confirmed_by: string | null;
                            confirmed_at: string | null;
                            /**
                             * Format: date-time
                             * @description Until when a second person confirms it, and until when what was broken may run
                             */
                            expires_at: string;
                            /** @description What happened, written down once glass was broken; null: nobody did yet */
                            account: string | null;
                            account_by: string | null;
                            account_at: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1Budget: {
        parameters: {
            query?: {
                /** @description Id or key of a project */
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    patchV1BudgetCaps: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default null */
                    project?: string | null;
                    /** @enum {string} */
                    period: "day" | "month";
                    cap_usd: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Micros of USD */
                        cap_micros: number;
                        /** @description Null: it is done */
                        action: {
                            id: string;
                            status: string;
                        } | null;
                    };
                };
            };
        };
    };
    getV1BudgetHistory: {
        parameters: {
            query?: {
                /** @description Id or key of a project */
                project?: string;
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            day: string;
                            /** @description Micros of USD */
                            spent_micros: number;
                            /** @description Micros of USD */
                            reserved_micros: number;
                            runs: number;
                            calls: number;
                            uncounted_runs: number;
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    postV1BudgetResume: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    postV1BudgetStop: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default null */
                    reason?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    getV1ChangeRequests: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                state?: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                /** @description Id or key of the project. */
                project?: string;
                repository?: string;
                target?: string;
                task?: string;
                issue?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            project_id: string;
                            repository_id: string;
                            repo: string;
                            target: string;
                            task_id: string;
                            attempt: number;
                            work_item_id: string | null;
                            summary: string;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            /** @enum {string} */
                            state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                            rung: string | null;
                            retries: number;
                            last_error: string | null;
                            quarantine: unknown | null;
                            closed_reason: string | null;
                            notes: string[];
                            files: {
                                path: string;
                                added: number | null;
                                deleted: number | null;
                            }[];
                            base: string;
                            landed_commit: string | null;
                            landed_tree: string | null;
                            submitted_by: string;
                            /** Format: date-time */
                            submitted_at: string;
                            landed_at: string | null;
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1ChangeRequests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string;
                        repo: string;
                        target: string;
                        task_id: string;
                        attempt: number;
                        work_item_id: string | null;
                        summary: string;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        /** @enum {string} */
                        state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                        rung: string | null;
                        retries: number;
                        last_error: string | null;
                        quarantine: unknown | null;
                        closed_reason: string | null;
                        notes: string[];
                        files: {
                            path: string;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        base: string;
                        landed_commit: string | null;
                        landed_tree: string | null;
                        submitted_by: string;
                        /** Format: date-time */
                        submitted_at: string;
                        landed_at: string | null;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1ChangeRequestsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string;
                        repo: string;
                        target: string;
                        task_id: string;
                        attempt: number;
                        work_item_id: string | null;
                        summary: string;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        /** @enum {string} */
                        state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                        rung: string | null;
                        retries: number;
                        last_error: string | null;
                        quarantine: unknown | null;
                        closed_reason: string | null;
                        notes: string[];
                        files: {
                            path: string;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        base: string;
                        landed_commit: string | null;
                        landed_tree: string | null;
                        submitted_by: string;
                        /** Format: date-time */
                        submitted_at: string;
                        landed_at: string | null;
                        /** Format: date-time */
                        updated_at: string;
                        document: unknown;
                        journal: {
                            version: number;
                            /** Format: date-time */
                            at: string;
                            event: string;
                            from_state: string | null;
                            to_state: string;
                            actor: string;
                            detail: {
                                [key: string]: unknown;
                            };
                        }[];
                        timeline: {
                            at: string;
                            event: string;
                            actor: string;
                            detail: string;
                        }[];
                        account: {
                            change_request_id: string;
                            state: string;
                            headline: string;
                            what: {
                                summary: string;
                                files: number;
                                added: number;
                                deleted: number;
                                paths: string[];
                                notes: string[];
                            };
                            why: {
                                issue: {
                                    id: string;
                                    number: number | null;
                                    title: string;
                                    source: string;
                                    url: string | null;
                                    requested_by: string | null;
                                    requested_at: string;
                                } | null;
                                plan: {
                                    id: string;
                                    version: number;
                                    planner: string;
                                    approval: {
                                        status: string;
                                        by: string | null;
                                        at: string | null;
                                        reason: string | null;
                                    } | null;
                                    made_at: string;
                                } | null;
                                task: {
                                    id: string;
                                    key: string;
                                    title: string;
                                    role: string;
                                    assignee: string | null;
                                } | null;
                                depends_on: string[];
                                reverts: string | null;
                            };
                            who: {
                                submitted_by: string;
                                agent: string | null;
                                approved_by: string[];
                                resolved_by: string | null;
                            };
                            checks: {
                                name: string;
                                command: string | null;
                                exit_code: number | null;
                                /** @enum {string} */
                                by: "queue" | "submitter";
                            }[];
                            verified_tree: string | null;
                            landed: {
                                target: string;
                                commit: string;
                                tree: string;
                                rung: string | null;
                                at: string;
                                seconds: number;
                            } | null;
                            retries: number;
                            rolled_back_by: string[];
                        };
                        rollbacks: {
                            id: string;
                            /** @enum {string} */
                            kind: "rollback" | "reland";
                            /** @enum {string} */
                            state: "waiting" | "submitted" | "given_up";
                            action_id: string | null;
                            change_request_id: string | null;
                            change_requests: string[];
                        }[];
                        wait: {
                            kind: string;
                            sentence: string;
                            lane: number | null;
                            joined: boolean;
                            stuck: string[];
                            others: string[];
                            expected_at: string | null;
                        } | null;
                        lost: boolean;
                    };
                };
            };
        };
    };
    getV1ChangeRequestsByIdConflict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        open: boolean;
                        target: string;
                        base: string;
                        head: string;
                        moved: boolean;
                        superseded_by: string | null;
                        files: {
                            path: string;
                            message: string;
                            base: string | null;
                            ours: string | null;
                            theirs: string | null;
                            sides: {
                                base: {
                                    mode: string | null;
                                    bytes: number | null;
                                    /** @enum {string} */
                                    shown: "absent" | "text" | "binary" | "too_large" | "link";
                                };
                                ours: {
                                    mode: string | null;
                                    bytes: number | null;
                                    /** @enum {string} */
                                    shown: "absent" | "text" | "binary" | "too_large" | "link";
                                };
                                theirs: {
                                    mode: string | null;
                                    bytes: number | null;
                                    /** @enum {string} */
                                    shown: "absent" | "text" | "binary" | "too_large" | "link";
                                };
                            };
                            stretches: {
                                /** @enum {string} */
                                kind: "same" | "ours" | "theirs" | "both" | "conflict";
                                base: {
                                    start: number;
                                    end: number;
                                };
                                ours: {
                                    start: number;
                                    end: number;
                                };
                                theirs: {
                                    start: number;
                                    end: number;
                                };
                            }[] | null;
                        }[];
                    };
                };
            };
        };
    };
    getV1ChangeRequestsByIdDiff: {
        parameters: {
            query?: {
                /** @description Most bytes of the text. */
                max_bytes?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        from: string;
                        to: string;
                        files: {
                            path: string;
                            from: string | null;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        text: string;
                        truncated: boolean;
                    };
                };
            };
        };
    };
    postV1ChangeRequestsByIdReland: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        kind: "rollback" | "reland";
                        target: string;
                        change_requests: string[];
                        /** @enum {string} */
                        state: "waiting" | "submitted" | "given_up";
                        detail: string | null;
                        action_id: string | null;
                        requested_by: string;
                        reason: string;
                        /** Format: date-time */
                        created_at: string;
                        change_request: {
                            id: string;
                            project_id: string;
                            repository_id: string;
                            repo: string;
                            target: string;
                            task_id: string;
                            attempt: number;
                            work_item_id: string | null;
                            summary: string;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            /** @enum {string} */
                            state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                            rung: string | null;
                            retries: number;
                            last_error: string | null;
                            quarantine: unknown | null;
                            closed_reason: string | null;
                            notes: string[];
                            files: {
                                path: string;
                                added: number | null;
                                deleted: number | null;
                            }[];
                            base: string;
                            landed_commit: string | null;
                            landed_tree: string | null;
                            submitted_by: string;
                            /** Format: date-time */
                            submitted_at: string;
                            landed_at: string | null;
                            /** Format: date-time */
                            updated_at: string;
                        } | null;
                    };
                };
            };
        };
    };
    postV1ChangeRequestsByIdResolve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    choice: "ours" | "theirs" | "edit" | "drop";
                    /** @default [] */
                    files?: {
                        path: string;
                        /** @enum {string} */
                        choice?: "ours" | "theirs" | "delete";
                        content?: string;
                        /** Format: base64 */
                        content_base64?: string;
                    }[];
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string;
                        repo: string;
                        target: string;
                        task_id: string;
                        attempt: number;
                        work_item_id: string | null;
                        summary: string;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        /** @enum {string} */
                        state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                        rung: string | null;
                        retries: number;
                        last_error: string | null;
                        quarantine: unknown | null;
                        closed_reason: string | null;
                        notes: string[];
                        files: {
                            path: string;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        base: string;
                        landed_commit: string | null;
                        landed_tree: string | null;
                        submitted_by: string;
                        /** Format: date-time */
                        submitted_at: string;
                        landed_at: string | null;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    postV1ChangeRequestsByIdResolvePreview: {
        parameters: {
            query?: {
                /** @description Most bytes of the text. */
                max_bytes?: number;
            };
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    choice: "ours" | "theirs" | "edit";
                    /** @default [] */
                    files?: {
                        path: string;
                        /** @enum {string} */
                        choice?: "ours" | "theirs" | "delete";
                        content?: string;
                        /** Format: base64 */
                        content_base64?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nothing_left: boolean;
                        attempt: number;
                        diff: {
                            from: string;
                            to: string;
                            files: {
                                path: string;
                                from: string | null;
                                added: number | null;
                                deleted: number | null;
                            }[];
                            text: string;
                            truncated: boolean;
                        };
                    };
                };
            };
        };
    };
    getV1ChangeRequestsByIdSummary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        change_request_id: string;
                        state: string;
                        headline: string;
                        what: {
                            summary: string;
                            files: number;
                            added: number;
                            deleted: number;
                            paths: string[];
                            notes: string[];
                        };
                        why: {
                            issue: {
                                id: string;
                                number: number | null;
                                title: string;
                                source: string;
                                url: string | null;
                                requested_by: string | null;
                                requested_at: string;
                            } | null;
                            plan: {
                                id: string;
                                version: number;
                                planner: string;
                                approval: {
                                    status: string;
                                    by: string | null;
                                    at: string | null;
                                    reason: string | null;
                                } | null;
                                made_at: string;
                            } | null;
                            task: {
                                id: string;
                                key: string;
                                title: string;
                                role: string;
                                assignee: string | null;
                            } | null;
                            depends_on: string[];
                            reverts: string | null;
                        };
                        who: {
                            submitted_by: string;
                            agent: string | null;
                            approved_by: string[];
                            resolved_by: string | null;
                        };
                        checks: {
                            name: string;
                            command: string | null;
                            exit_code: number | null;
                            /** @enum {string} */
                            by: "queue" | "submitter";
                        }[];
                        verified_tree: string | null;
                        landed: {
                            target: string;
                            commit: string;
                            tree: string;
                            rung: string | null;
                            at: string;
                            seconds: number;
                        } | null;
                        retries: number;
                        rolled_back_by: string[];
                    };
                };
            };
        };
    };
    getV1CiResults: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                head_sha?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            project_id: string;
                            repository_id: string;
                            issue_id: string | null;
                            head_sha: string;
                            name: string;
                            source: string;
                            conclusion: string;
                            duration_ms: number | null;
                            summary: string;
                            /** Format: date-time */
                            created_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1ComplianceRecords: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                from?: string;
                to?: string;
                /** @description Id or key of the project. */
                project?: string;
                pull?: string;
                work_item?: string;
                person?: string;
                /** @description A model that had a part in it, or one version of it as `model@version` */
                model?: string;
                kind?: "landing" | "pull_request";
                flag?: "work_before_ticket" | "author_approved" | "approved_late" | "checks_failed" | "self_approved" | "emergency" | "no_ticket" | "no_checks" | "no_decision";
                /** @description exceptions: what an auditor asks about; incomplete: evidence is missing; clean: neither */
                outcome?: "clean" | "exceptions" | "incomplete";
                /** @description By number */
                order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            sha256: string;
                            work_item_id: string | null;
                            /** @description What a reader should look at: exceptions, and gaps in the evidence */
                            flags: ("work_before_ticket" | "author_approved" | "approved_late" | "checks_failed" | "self_approved" | "emergency" | "no_ticket" | "no_checks" | "no_decision")[];
                            record: {
                                /** @constant */
                                v: 1;
                                id: string;
                                number: number;
                                /** @enum {string} */
                                kind: "landing" | "pull_request";
                                subject: string;
                                project_id: string;
                                project: string;
                                repository: string;
                                changed_at: string;
                                recorded_at: string;
                                commit: string | null;
                                issue: {
                                    id: string;
                                    number: number | null;
                                    title: string;
                                    body_sha256: string;
                                    source: string;
                                    url: string | null;
                                    author: string | null;
                                    requested_by: string | null;
                                    created_at: string;
                                } | null;
                                plan: {
                                    id: string;
                                    version: number;
                                    planner: string;
                                    prompt_hash: string | null;
                                    document_sha256: string;
                                    created_at: string;
                                } | null;
                                pull: {
                                    id: string;
                                    number: number;
                                    title: string;
                                    url: string;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    created_at: string;
                                } | null;
                                changes: {
                                    change_request_id: string;
                                    document_sha256: string;
                                    submitted_by: string;
                                    submitted_at: string;
                                    target: string;
                                    rung: string | null;
                                    tree: string | null;
                                    verified_tree: string | null;
                                    commit: string | null;
                                    landed_at: string | null;
                                }[];
                                agents: {
                                    run_id: string;
                                    agent: string;
                                    role: string;
                                    prompt_version: string | null;
                                    prompt_hash: string | null;
                                    started_at: string | null;
                                    ended_at: string | null;
                                }[];
                                models: {
                                    model: string;
                                    version: string | null;
                                    purpose: string;
                                    prompt_name: string;
                                    prompt_version: number;
                                    prompt_hash: string;
                                    at: string;
                                }[];
                                decisions: {
                                    action_id: string;
                                    kind: string;
                                    digest: string;
                                    status: string;
                                    risk: string;
                                    rule: string;
                                    policy_hash: string;
                                    trigger_user: string | null;
                                    proposed_by: string;
                                    proposed_at: string;
                                    approved_at: string | null;
                                    executed_at: string | null;
                                    self_approved: boolean;
                                    votes: {
                                        by: string;
                                        role: string | null;
                                        decision: string | null;
                                        reason: string | null;
                                        at: string;
                                    }[];
                                    emergency?: {
                                        reason: string | null;
                                        opened_by: string | null;
                                        confirmed_by: string | null;
                                        at: string;
                                    } | null;
                                }[];
                                checks: {
                                    name: string;
                                    conclusion: string;
                                    by: string;
                                    commit: string | null;
                                }[];
                                policy: {
                                    hash: string;
                                    source: string;
                                    text_sha256: string;
                                };
                                findings: {
                                    ticket_before_work: boolean | null;
                                    author_approved: boolean;
                                    approved_before_change: boolean;
                                    checks_passed: boolean | null;
                                    self_approved: boolean;
                                    emergency: boolean;
                                };
                                hashes: {
                                    [key: string]: string;
                                };
                            };
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1ComplianceRecordsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sha256: string;
                        work_item_id: string | null;
                        /** @description What a reader should look at: exceptions, and gaps in the evidence */
                        flags: ("work_before_ticket" | "author_approved" | "approved_late" | "checks_failed" | "self_approved" | "emergency" | "no_ticket" | "no_checks" | "no_decision")[];
                        record: {
                            /** @constant */
                            v: 1;
                            id: string;
                            number: number;
                            /** @enum {string} */
                            kind: "landing" | "pull_request";
                            subject: string;
                            project_id: string;
                            project: string;
                            repository: string;
                            changed_at: string;
                            recorded_at: string;
                            commit: string | null;
                            issue: {
                                id: string;
                                number: number | null;
                                title: string;
                                body_sha256: string;
                                source: string;
                                url: string | null;
                                author: string | null;
                                requested_by: string | null;
                                created_at: string;
                            } | null;
                            plan: {
                                id: string;
                                version: number;
                                planner: string;
                                prompt_hash: string | null;
                                document_sha256: string;
                                created_at: string;
                            } | null;
                            pull: {
                                id: string;
                                number: number;
                                title: string;
                                url: string;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                created_at: string;
                            } | null;
                            changes: {
                                change_request_id: string;
                                document_sha256: string;
                                submitted_by: string;
                                submitted_at: string;
                                target: string;
                                rung: string | null;
                                tree: string | null;
                                verified_tree: string | null;
                                commit: string | null;
                                landed_at: string | null;
                            }[];
                            agents: {
                                run_id: string;
                                agent: string;
                                role: string;
                                prompt_version: string | null;
                                prompt_hash: string | null;
                                started_at: string | null;
                                ended_at: string | null;
                            }[];
                            models: {
                                model: string;
                                version: string | null;
                                purpose: string;
                                prompt_name: string;
                                prompt_version: number;
                                prompt_hash: string;
                                at: string;
                            }[];
                            decisions: {
                                action_id: string;
                                kind: string;
                                digest: string;
                                status: string;
                                risk: string;
                                rule: string;
                                policy_hash: string;
                                trigger_user: string | null;
                                proposed_by: string;
                                proposed_at: string;
                                approved_at: string | null;
                                executed_at: string | null;
                                self_approved: boolean;
                                votes: {
                                    by: string;
                                    role: string | null;
                                    decision: string | null;
                                    reason: string | null;
                                    at: string;
                                }[];
                                emergency?: {
                                    reason: string | null;
                                    opened_by: string | null;
                                    confirmed_by: string | null;
                                    at: string;
                                } | null;
                            }[];
                            checks: {
                                name: string;
                                conclusion: string;
                                by: string;
                                commit: string | null;
                            }[];
                            policy: {
                                hash: string;
                                source: string;
                                text_sha256: string;
                            };
                            findings: {
                                ticket_before_work: boolean | null;
                                author_approved: boolean;
                                approved_before_change: boolean;
                                checks_passed: boolean | null;
                                self_approved: boolean;
                                emergency: boolean;
                            };
                            hashes: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
    };
    getV1ComplianceCompleteness: {
        parameters: {
            query: {
                /** @description Id or key of the project. */
                project: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        complete: boolean;
                        looked_at: number;
                        explained: number;
                        missing: {
                            repository: string;
                            branch: string;
                            commit: string;
                            subject: string;
                            at: string;
                        }[];
                    };
                };
            };
        };
    };
    getV1ComplianceDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        waiting: number;
                        delivered: number;
                        dead: {
                            record_id: string;
                            attempts: number;
                            last_error: string | null;
                        }[];
                    };
                };
            };
        };
    };
    postV1ComplianceDeliveriesByIdRetry: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getV1ComplianceExport: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                format?: "lines" | "tgz";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    getV1ComplianceInvariants: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hold: boolean;
                        items: {
                            id: string;
                            says: string;
                            holds: boolean;
                            broken: string[];
                        }[];
                    };
                };
            };
        };
    };
    getV1ComplianceSummary: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                /** @description Id or key of the project. */
                project?: string;
                pull?: string;
                work_item?: string;
                person?: string;
                /** @description A model that had a part in it, or one version of it as `model@version` */
                model?: string;
                kind?: "landing" | "pull_request";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        clean: number;
                        exceptions: number;
                        incomplete: number;
                        flags: {
                            /** @enum {string} */
                            flag: "work_before_ticket" | "author_approved" | "approved_late" | "checks_failed" | "self_approved" | "emergency" | "no_ticket" | "no_checks" | "no_decision";
                            /** @enum {string} */
                            kind: "exception" | "gap";
                            says: string;
                            count: number;
                        }[];
                        /** @description Newest first; weeks begin on Monday, UTC */
                        weeks: {
                            from: string;
                            total: number;
                            exceptions: number;
                            incomplete: number;
                        }[];
                    };
                };
            };
        };
    };
    getV1Config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemConfig"];
                };
            };
        };
    };
    patchV1Config: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: string | number | boolean | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemConfig"];
                };
            };
        };
    };
    getV1Connections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {string} */
                            kind: "forge" | "chat" | "model" | "policy_engine" | "identity_provider" | "checkpoint_place" | "change_receiver" | "secret";
                            name: string;
                            /**
                             * @description `off`: not configured. `unproven`: nothing was asked of it yet. Else how the newest thing that is known of it went.
                             * @enum {string}
                             */
                            state: "off" | "unproven" | "works" | "fails";
                            configured: boolean;
                            where: string | null;
                            /** @description Why it cannot be used as it is configured. */
                            problem: string | null;
                            advice: string | null;
                            /** @description When it last told something by itself. */
                            last_event_at: string | null;
                            last_event: string | null;
                            last_ok_at: string | null;
                            last_failure: {
                                at: string;
                                call: string;
                                detail: string;
                            } | null;
                            can_check: boolean;
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    postV1ConnectionsByIdCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                        detail: string;
                        advice: string | null;
                        duration_ms: number;
                        connection: {
                            id: string;
                            /** @enum {string} */
                            kind: "forge" | "chat" | "model" | "policy_engine" | "identity_provider" | "checkpoint_place" | "change_receiver" | "secret";
                            name: string;
                            /**
                             * @description `off`: not configured. `unproven`: nothing was asked of it yet. Else how the newest thing that is known of it went.
                             * @enum {string}
                             */
                            state: "off" | "unproven" | "works" | "fails";
                            configured: boolean;
                            where: string | null;
                            /** @description Why it cannot be used as it is configured. */
                            problem: string | null;
                            advice: string | null;
                            /** @description When it last told something by itself. */
                            last_event_at: string | null;
                            last_event: string | null;
                            last_ok_at: string | null;
                            last_failure: {
                                at: string;
                                call: string;
                                detail: string;
                            } | null;
                            can_check: boolean;
                        };
                    };
                };
            };
        };
    };
    getV1ConnectionsGithub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        forge: "github";
                        /**
                         * @description Where the credential comes from: settings, or an App that was made here and is kept in the data directory.
                         * @enum {string}
                         */
                        source: "none" | "app_settings" | "app_kept" | "token_settings";
                        login: string | null;
                        app: {
                            id: string;
                            slug: string;
                            name: string;
                            url: string;
                            owner: string;
                        } | null;
                        /** @description An App that was made and is not used: an admin has to confirm whose it is. */
                        waiting: {
                            id: string;
                            slug: string;
                            name: string;
                            url: string;
                            owner: string;
                        } | null;
                        install_url: string | null;
                        installations: {
                            id: string;
                            account: string;
                            suspended: boolean;
                            all: boolean;
                            lacks: string[];
                            beyond: string[];
                            repositories: {
                                name: string;
                                allowed: boolean;
                            }[] | null;
                        }[] | null;
                        webhooks: {
                            url: string;
                            accepted: boolean;
                        };
                        problem: string | null;
                    };
                };
            };
        };
    };
    postV1ConnectionsGithub: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Account that is to own the App; left out: your own.
                     * @default null
                     */
                    organization?: string | null;
                    /** @default null */
                    name?: string | null;
                    /**
                     * @description Give up an App that was made before.
                     * @default false
                     */
                    replace?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                        post_to: string;
                        manifest: {
                            [key: string]: unknown;
                        };
                        expires_at: string;
                    };
                };
            };
        };
    };
    deleteV1ConnectionsGithub: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        forgotten: boolean;
                    };
                };
            };
        };
    };
    postV1ConnectionsGithubConfirm: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Account that owns it at GitHub. */
                    owner: string;
                    slug: string;
                    /**
                     * @description Give up an App that was made before.
                     * @default false
                     */
                    replace?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        slug: string;
                        name: string;
                        url: string;
                        owner: string;
                    };
                };
            };
        };
    };
    postV1ConnectionsGithubExamineToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    /** @default [] */
                    repositories?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        login: string;
                        /** @enum {string} */
                        kind: "fine_grained" | "classic" | "other";
                        expires_at: string | null;
                        repositories: {
                            name: string;
                            lacks: string[];
                            beyond: string[];
                        }[];
                        warnings: string[];
                    };
                };
            };
        };
    };
    postV1ConnectionsGithubRepositories: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description owner/name */
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        repository_id: string;
                        project_id: string;
                    };
                };
            };
        };
    };
    postV1ConnectionsGithubReread: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            repository: string;
                            looked: {
                                issues: number;
                                pulls: number;
                            };
                            repaired: {
                                /** @enum {string} */
                                kind: "issue" | "pull";
                                number: number;
                                what: string;
                            }[];
                            problem: string | null;
                        }[];
                    };
                };
            };
        };
    };
    getV1Doctor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Doctor"];
                };
            };
        };
    };
    getV1Events: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                source?: string;
                kind?: string;
                forge?: string;
                repository?: string;
                number?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            source: string;
                            delivery_id: string;
                            kind: string;
                            forge: string | null;
                            repository: string | null;
                            number: number | null;
                            document: ({
                                /** @constant */
                                kind: "issue.opened";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "issue.edited";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "issue.closed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "issue.reopened";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "issue.assigned";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "issue.labeled";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                label: string;
                            } | {
                                /** @constant */
                                kind: "issue.unlabeled";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                label: string;
                            } | {
                                /** @constant */
                                kind: "issue.commented";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                issue: {
                                    number: number;
                                    external_id: string;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "closed";
                                    close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                    labels: string[];
                                    assignees: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                comment: {
                                    id: string;
                                    author: string;
                                    author_id?: string | null;
                                    body: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    through?: string | null;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.opened";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.edited";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.synchronized";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.merged";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.closed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.reopened";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.labeled";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                label: string;
                            } | {
                                /** @constant */
                                kind: "pull.unlabeled";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                label: string;
                            } | {
                                /** @constant */
                                kind: "pull.commented";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                comment: {
                                    id: string;
                                    author: string;
                                    author_id?: string | null;
                                    body: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    through?: string | null;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.reviewed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                review: {
                                    id: string;
                                    author: string;
                                    /** @enum {string} */
                                    verdict: "approved" | "changes_requested" | "commented" | "dismissed";
                                    body: string;
                                    head_sha?: string | null;
                                };
                            } | {
                                /** @constant */
                                kind: "push";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                branch: string;
                                before: string | null;
                                after: string | null;
                            } | {
                                /** @constant */
                                kind: "check.completed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                check: {
                                    name: string;
                                    head_sha: string;
                                    /** @enum {string} */
                                    conclusion: "success" | "failure" | "cancelled" | "neutral";
                                    url: string | null;
                                    summary: string;
                                    id?: string | null;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.discussed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                number: number;
                                comment: {
                                    id: string;
                                    author: string;
                                    author_id?: string | null;
                                    body: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    through?: string | null;
                                };
                            } | {
                                /** @constant */
                                kind: "issue.discussed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                number: number;
                                comment: {
                                    id: string;
                                    author: string;
                                    author_id?: string | null;
                                    body: string;
                                    /** Format: date-time */
                                    created_at: string;
                                    through?: string | null;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.thread_resolved";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                thread: {
                                    comments: string[];
                                    path: string;
                                };
                            } | {
                                /** @constant */
                                kind: "pull.thread_reopened";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                pull: {
                                    number: number;
                                    title: string;
                                    body: string;
                                    /** @enum {string} */
                                    state: "open" | "merged" | "closed";
                                    draft: boolean;
                                    head_branch: string;
                                    base_branch: string;
                                    head_sha: string;
                                    merge_sha: string | null;
                                    labels: string[];
                                    author: string;
                                    url: string;
                                    /** Format: date-time */
                                    updated_at: string;
                                };
                                thread: {
                                    comments: string[];
                                    path: string;
                                };
                            } | {
                                /** @constant */
                                kind: "check_suite.completed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                suite: {
                                    app: string;
                                    head_sha: string;
                                    /** @enum {string} */
                                    conclusion: "success" | "failure" | "cancelled" | "neutral";
                                };
                            } | {
                                /** @constant */
                                kind: "workflow_run.completed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                run: {
                                    id: string;
                                    name: string;
                                    head_sha: string;
                                    /** @enum {string} */
                                    conclusion: "success" | "failure" | "cancelled" | "neutral";
                                    url: string;
                                    attempt: number;
                                };
                            } | {
                                /** @constant */
                                kind: "tag.pushed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                tag: string;
                                sha: string | null;
                            } | {
                                /** @constant */
                                kind: "release.published";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                release: {
                                    tag: string;
                                    name: string;
                                    body: string;
                                    prerelease: boolean;
                                    url: string;
                                };
                            } | {
                                /** @constant */
                                kind: "deployment.changed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                deployment: {
                                    id: string;
                                    environment: string;
                                    ref: string;
                                    sha: string;
                                    state: string;
                                };
                            } | {
                                /** @constant */
                                kind: "label.changed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                /** @enum {string} */
                                change: "created" | "edited" | "deleted";
                                label: string;
                            } | {
                                /** @constant */
                                kind: "merge_group.changed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                group: {
                                    /** @enum {string} */
                                    state: "checks_requested" | "destroyed";
                                    head_sha: string;
                                    base_branch: string;
                                    reason: string;
                                };
                            } | {
                                /** @constant */
                                kind: "installation.changed";
                                repo: {
                                    forge: string;
                                    name: string;
                                };
                                actor: string;
                                actor_id?: string | null;
                                /** Format: date-time */
                                occurred_at: string;
                                installation: {
                                    id: string;
                                    account: string;
                                    change: string;
                                    repositories: string[];
                                };
                            }) | null;
                            note: string | null;
                            /** @description Read from the repository's history later on: it started nothing. */
                            backfilled: boolean;
                            occurred_at: string;
                            received_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1EventsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        source: string;
                        delivery_id: string;
                        kind: string;
                        forge: string | null;
                        repository: string | null;
                        number: number | null;
                        document: ({
                            /** @constant */
                            kind: "issue.opened";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "issue.edited";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "issue.closed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "issue.reopened";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "issue.assigned";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "issue.labeled";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            label: string;
                        } | {
                            /** @constant */
                            kind: "issue.unlabeled";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            label: string;
                        } | {
                            /** @constant */
                            kind: "issue.commented";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            issue: {
                                number: number;
                                external_id: string;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "closed";
                                close_reason: ("completed" | "not_planned" | "duplicate") | null;
                                labels: string[];
                                assignees: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            comment: {
                                id: string;
                                author: string;
                                author_id?: string | null;
                                body: string;
                                /** Format: date-time */
                                created_at: string;
                                through?: string | null;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.opened";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.edited";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.synchronized";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.merged";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.closed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.reopened";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.labeled";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            label: string;
                        } | {
                            /** @constant */
                            kind: "pull.unlabeled";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            label: string;
                        } | {
                            /** @constant */
                            kind: "pull.commented";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            comment: {
                                id: string;
                                author: string;
                                author_id?: string | null;
                                body: string;
                                /** Format: date-time */
                                created_at: string;
                                through?: string | null;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.reviewed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            review: {
                                id: string;
                                author: string;
                                /** @enum {string} */
                                verdict: "approved" | "changes_requested" | "commented" | "dismissed";
                                body: string;
                                head_sha?: string | null;
                            };
                        } | {
                            /** @constant */
                            kind: "push";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            branch: string;
                            before: string | null;
                            after: string | null;
                        } | {
                            /** @constant */
                            kind: "check.completed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            check: {
                                name: string;
                                head_sha: string;
                                /** @enum {string} */
                                conclusion: "success" | "failure" | "cancelled" | "neutral";
                                url: string | null;
                                summary: string;
                                id?: string | null;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.discussed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            number: number;
                            comment: {
                                id: string;
                                author: string;
                                author_id?: string | null;
                                body: string;
                                /** Format: date-time */
                                created_at: string;
                                through?: string | null;
                            };
                        } | {
                            /** @constant */
                            kind: "issue.discussed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            number: number;
                            comment: {
                                id: string;
                                author: string;
                                author_id?: string | null;
                                body: string;
                                /** Format: date-time */
                                created_at: string;
                                through?: string | null;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.thread_resolved";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            thread: {
                                comments: string[];
                                path: string;
                            };
                        } | {
                            /** @constant */
                            kind: "pull.thread_reopened";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            pull: {
                                number: number;
                                title: string;
                                body: string;
                                /** @enum {string} */
                                state: "open" | "merged" | "closed";
                                draft: boolean;
                                head_branch: string;
                                base_branch: string;
                                head_sha: string;
                                merge_sha: string | null;
                                labels: string[];
                                author: string;
                                url: string;
                                /** Format: date-time */
                                updated_at: string;
                            };
                            thread: {
                                comments: string[];
                                path: string;
                            };
                        } | {
                            /** @constant */
                            kind: "check_suite.completed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            suite: {
                                app: string;
                                head_sha: string;
                                /** @enum {string} */
                                conclusion: "success" | "failure" | "cancelled" | "neutral";
                            };
                        } | {
                            /** @constant */
                            kind: "workflow_run.completed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            run: {
                                id: string;
                                name: string;
                                head_sha: string;
                                /** @enum {string} */
                                conclusion: "success" | "failure" | "cancelled" | "neutral";
                                url: string;
                                attempt: number;
                            };
                        } | {
                            /** @constant */
                            kind: "tag.pushed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            tag: string;
                            sha: string | null;
                        } | {
                            /** @constant */
                            kind: "release.published";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            release: {
                                tag: string;
                                name: string;
                                body: string;
                                prerelease: boolean;
                                url: string;
                            };
                        } | {
                            /** @constant */
                            kind: "deployment.changed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            deployment: {
                                id: string;
                                environment: string;
                                ref: string;
                                sha: string;
                                state: string;
                            };
                        } | {
                            /** @constant */
                            kind: "label.changed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            /** @enum {string} */
                            change: "created" | "edited" | "deleted";
                            label: string;
                        } | {
                            /** @constant */
                            kind: "merge_group.changed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            group: {
                                /** @enum {string} */
                                state: "checks_requested" | "destroyed";
                                head_sha: string;
                                base_branch: string;
                                reason: string;
                            };
                        } | {
                            /** @constant */
                            kind: "installation.changed";
                            repo: {
                                forge: string;
                                name: string;
                            };
                            actor: string;
                            actor_id?: string | null;
                            /** Format: date-time */
                            occurred_at: string;
                            installation: {
                                id: string;
                                account: string;
                                change: string;
                                repositories: string[];
                            };
                        }) | null;
                        note: string | null;
                        /** @description Read from the repository's history later on: it started nothing. */
                        backfilled: boolean;
                        occurred_at: string;
                        received_at: string;
                    };
                };
            };
        };
    };
    postV1EventsImport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    source: string;
                    delivery_id: string;
                    /** @default {} */
                    headers?: {
                        [key: string]: string;
                    };
                    body: {
                        /** @constant */
                        kind: "issue.opened";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "issue.edited";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "issue.closed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "issue.reopened";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "issue.assigned";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "issue.labeled";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        label: string;
                    } | {
                        /** @constant */
                        kind: "issue.unlabeled";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        label: string;
                    } | {
                        /** @constant */
                        kind: "issue.commented";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        issue: {
                            number: number;
                            external_id: string;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "closed";
                            close_reason: ("completed" | "not_planned" | "duplicate") | null;
                            labels: string[];
                            assignees: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        comment: {
                            id: string;
                            author: string;
                            author_id?: string | null;
                            body: string;
                            /** Format: date-time */
                            created_at: string;
                            through?: string | null;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.opened";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.edited";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.synchronized";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.merged";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.closed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.reopened";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.labeled";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        label: string;
                    } | {
                        /** @constant */
                        kind: "pull.unlabeled";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        label: string;
                    } | {
                        /** @constant */
                        kind: "pull.commented";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        comment: {
                            id: string;
                            author: string;
                            author_id?: string | null;
                            body: string;
                            /** Format: date-time */
                            created_at: string;
                            through?: string | null;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.reviewed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        review: {
                            id: string;
                            author: string;
                            /** @enum {string} */
                            verdict: "approved" | "changes_requested" | "commented" | "dismissed";
                            body: string;
                            head_sha?: string | null;
                        };
                    } | {
                        /** @constant */
                        kind: "push";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        branch: string;
                        before: string | null;
                        after: string | null;
                    } | {
                        /** @constant */
                        kind: "check.completed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        check: {
                            name: string;
                            head_sha: string;
                            /** @enum {string} */
                            conclusion: "success" | "failure" | "cancelled" | "neutral";
                            url: string | null;
                            summary: string;
                            id?: string | null;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.discussed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        number: number;
                        comment: {
                            id: string;
                            author: string;
                            author_id?: string | null;
                            body: string;
                            /** Format: date-time */
                            created_at: string;
                            through?: string | null;
                        };
                    } | {
                        /** @constant */
                        kind: "issue.discussed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        number: number;
                        comment: {
                            id: string;
                            author: string;
                            author_id?: string | null;
                            body: string;
                            /** Format: date-time */
                            created_at: string;
                            through?: string | null;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.thread_resolved";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        thread: {
                            comments: string[];
                            path: string;
                        };
                    } | {
                        /** @constant */
                        kind: "pull.thread_reopened";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        pull: {
                            number: number;
                            title: string;
                            body: string;
                            /** @enum {string} */
                            state: "open" | "merged" | "closed";
                            draft: boolean;
                            head_branch: string;
                            base_branch: string;
                            head_sha: string;
                            merge_sha: string | null;
                            labels: string[];
                            author: string;
                            url: string;
                            /** Format: date-time */
                            updated_at: string;
                        };
                        thread: {
                            comments: string[];
                            path: string;
                        };
                    } | {
                        /** @constant */
                        kind: "check_suite.completed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        suite: {
                            app: string;
                            head_sha: string;
                            /** @enum {string} */
                            conclusion: "success" | "failure" | "cancelled" | "neutral";
                        };
                    } | {
                        /** @constant */
                        kind: "workflow_run.completed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        run: {
                            id: string;
                            name: string;
                            head_sha: string;
                            /** @enum {string} */
                            conclusion: "success" | "failure" | "cancelled" | "neutral";
                            url: string;
                            attempt: number;
                        };
                    } | {
                        /** @constant */
                        kind: "tag.pushed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        tag: string;
                        sha: string | null;
                    } | {
                        /** @constant */
                        kind: "release.published";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        release: {
                            tag: string;
                            name: string;
                            body: string;
                            prerelease: boolean;
                            url: string;
                        };
                    } | {
                        /** @constant */
                        kind: "deployment.changed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        deployment: {
                            id: string;
                            environment: string;
                            ref: string;
                            sha: string;
                            state: string;
                        };
                    } | {
                        /** @constant */
                        kind: "label.changed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        /** @enum {string} */
                        change: "created" | "edited" | "deleted";
                        label: string;
                    } | {
                        /** @constant */
                        kind: "merge_group.changed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        group: {
                            /** @enum {string} */
                            state: "checks_requested" | "destroyed";
                            head_sha: string;
                            base_branch: string;
                            reason: string;
                        };
                    } | {
                        /** @constant */
                        kind: "installation.changed";
                        repo: {
                            forge: string;
                            name: string;
                        };
                        actor: string;
                        actor_id?: string | null;
                        /** Format: date-time */
                        occurred_at: string;
                        installation: {
                            id: string;
                            account: string;
                            change: string;
                            repositories: string[];
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event_id: string;
                        duplicate: boolean;
                    };
                };
            };
        };
    };
    getV1ExecutionLogs: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                job_id?: string;
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            job_id: string;
                            execution: number;
                            first_line: number;
                            lines: number;
                            bytes: number;
                            from: string;
                            to: string;
                            href: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1Home: {
        parameters: {
            query?: {
                /** @description Rows of each group. */
                shown?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                };
            };
        };
    };
    getV1Identities: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            source: string;
                            external_id: string;
                            person_id: string;
                            created_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Identities: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    source: string;
                    external_id: string;
                    person_id: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        source: string;
                        external_id: string;
                        person_id: string;
                        created_at: string;
                    };
                };
            };
        };
    };
    getV1IdentitiesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        source: string;
                        external_id: string;
                        person_id: string;
                        created_at: string;
                    };
                };
            };
        };
    };
    deleteV1IdentitiesById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getV1Issues: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                repository?: string;
                /** @description Any of them: `a,b`, or given several times; so are type, priority, size and risk */
                state?: string | string[];
                type?: string | string[];
                priority?: string | string[];
                size?: string | string[];
                risk?: string | string[];
                /** @description Several: all of them */
                label?: string | string[];
                assignee?: string;
                /** @description Who does it or one of its tasks: `person:<handle>`, `agent:<name>`, any `person`, any `agent`, or `nobody` */
                worker?: string;
                /** @description Handle of who asked for it */
                requested_by?: string;
                /** @description What a person must do something about before it goes on */
                waits_for?: "person";
                /** @description Changed then or later */
                changed_since?: string;
                /** @description Came then or later to the end it has now: merged, duplicate, declined or failed */
                ended_since?: string;
                /** @description Only what has not ended */
                open?: "true" | "false";
                source?: string;
                number?: number;
                /** @description Words looked for in title and text, each from its beginning; a number is the issue’s as well */
                q?: string;
                /** @description `priority`: the most urgent first, then by age */
                sort?: "created" | "updated" | "priority";
                order?: "newest" | "oldest";
                /** @description Without the text of each issue: `body` is empty */
                brief?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Issue"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Issues: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    project_id: string;
                    repository_id?: string | null;
                    source?: string;
                    external_id?: string;
                    number?: number | null;
                    title: string;
                    body?: string;
                    url?: string | null;
                    type?: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question") | null;
                    /** @enum {string} */
                    priority?: "P0" | "P1" | "P2" | "P3";
                    size?: ("XS" | "S" | "M" | "L" | "XL") | null;
                    labels?: string[];
                    assignee?: string | null;
                    parent_id?: string | null;
                    target_branch?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string | null;
                        source: string;
                        external_id: string;
                        number: number | null;
                        title: string;
                        body: string;
                        url: string | null;
                        type: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question") | null;
                        /** @enum {string} */
                        state: "new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed";
                        state_reason: string | null;
                        /** @enum {string} */
                        priority: "P0" | "P1" | "P2" | "P3";
                        size: ("XS" | "S" | "M" | "L" | "XL") | null;
                        labels: string[];
                        assignee: string | null;
                        requested_by: string | null;
                        author: string | null;
                        duplicate_of: string | null;
                        parent_id: string | null;
                        target_branch: string | null;
                        external_updated_at: string | null;
                        version: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1IssuesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issue"];
                };
            };
        };
    };
    deleteV1IssuesById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1IssuesById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    title?: string;
                    body?: string;
                    type?: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question") | null;
                    /** @enum {string} */
                    priority?: "P0" | "P1" | "P2" | "P3";
                    size?: ("XS" | "S" | "M" | "L" | "XL") | null;
                    labels?: string[];
                    assignee?: string | null;
                    parent_id?: string | null;
                    target_branch?: string | null;
                    duplicate_of?: string | null;
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string | null;
                        source: string;
                        external_id: string;
                        number: number | null;
                        title: string;
                        body: string;
                        url: string | null;
                        type: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question") | null;
                        /** @enum {string} */
                        state: "new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed";
                        state_reason: string | null;
                        /** @enum {string} */
                        priority: "P0" | "P1" | "P2" | "P3";
                        size: ("XS" | "S" | "M" | "L" | "XL") | null;
                        labels: string[];
                        assignee: string | null;
                        requested_by: string | null;
                        author: string | null;
                        duplicate_of: string | null;
                        parent_id: string | null;
                        target_branch: string | null;
                        external_updated_at: string | null;
                        version: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1IssuesByIdDependencies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blocks: string[];
                        blocked_by: string[];
                    };
                };
            };
        };
    };
    putV1IssuesByIdDependenciesByBlocker: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                blocker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blocks: string[];
                        blocked_by: string[];
                    };
                };
            };
        };
    };
    deleteV1IssuesByIdDependenciesByBlocker: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                blocker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blocks: string[];
                        blocked_by: string[];
                    };
                };
            };
        };
    };
    getV1IssuesByIdTimeline: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Both when it is left out */
                level?: "main" | "detail";
                /** @description Any of them: `a,b`, or given several times */
                stage?: string | string[];
                order?: "oldest" | "newest";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TimelineEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1IssuesByIdTransition: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    to: "new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed";
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string | null;
                        source: string;
                        external_id: string;
                        number: number | null;
                        title: string;
                        body: string;
                        url: string | null;
                        type: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question") | null;
                        /** @enum {string} */
                        state: "new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed";
                        state_reason: string | null;
                        /** @enum {string} */
                        priority: "P0" | "P1" | "P2" | "P3";
                        size: ("XS" | "S" | "M" | "L" | "XL") | null;
                        labels: string[];
                        assignee: string | null;
                        requested_by: string | null;
                        author: string | null;
                        duplicate_of: string | null;
                        parent_id: string | null;
                        target_branch: string | null;
                        external_updated_at: string | null;
                        version: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1IssuesByIdTriage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            work_item_id: string;
                            current: boolean;
                            type: string;
                            labels: string[];
                            size: string;
                            priority: string;
                            duplicates: {
                                work_item_id: string;
                                number: number | null;
                                title: string;
                                confidence: number;
                                evidence: string[];
                            }[];
                            route: string;
                            confidence: number;
                            risk: string;
                            questions: string[];
                            rationale: string;
                            evidence: string[];
                            by: string;
                            prompt_hash: string | null;
                            created_at: string;
                        }[];
                    };
                };
            };
        };
    };
    postV1IssuesByIssueIdNeedsInfo: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                issue_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    question: string;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        issue_id: string;
                        /**
                         * @description `decision`: as the answer to its plan; `comment`: on the issue; `record`: with the work itself, which was typed here
                         * @enum {string}
                         */
                        how: "decision" | "comment" | "record";
                        action_id: string | null;
                    };
                };
            };
        };
    };
    postV1IssuesByIssueIdStop: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                issue_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default null */
                    reason?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        issue_id: string;
                        generation: number;
                        workflow_id: string;
                        kind: string;
                        started_by: string;
                        ended_as: string | null;
                        /** @description Who ended it from outside; null: it came to its own end, or runs. */
                        ended_by: string | null;
                        detail: string | null;
                        /** @description Where the work of a request was published instead of the branch it named; null: there, or nowhere. */
                        published_branch: string | null;
                        /** Format: date-time */
                        started_at: string;
                        ended_at: string | null;
                    };
                };
            };
        };
    };
    getV1IssuesByIssueIdStory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                issue_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        issue_id: string;
                        generation: number;
                        workflow_id: string;
                        kind: string;
                        started_by: string;
                        ended_as: string | null;
                        /** @description Who ended it from outside; null: it came to its own end, or runs. */
                        ended_by: string | null;
                        detail: string | null;
                        /** @description Where the work of a request was published instead of the branch it named; null: there, or nowhere. */
                        published_branch: string | null;
                        /** Format: date-time */
                        started_at: string;
                        ended_at: string | null;
                    };
                };
            };
        };
    };
    getV1IssuesCounts: {
        parameters: {
            query?: {
                /** @description Id or key of the project. */
                project?: string;
                repository?: string;
                /** @description Any of them: `a,b`, or given several times; so are type, priority, size and risk */
                state?: string | string[];
                type?: string | string[];
                priority?: string | string[];
                size?: string | string[];
                risk?: string | string[];
                /** @description Several: all of them */
                label?: string | string[];
                assignee?: string;
                /** @description Who does it or one of its tasks: `person:<handle>`, `agent:<name>`, any `person`, any `agent`, or `nobody` */
                worker?: string;
                /** @description Handle of who asked for it */
                requested_by?: string;
                /** @description What a person must do something about before it goes on */
                waits_for?: "person";
                /** @description Changed then or later */
                changed_since?: string;
                /** @description Came then or later to the end it has now: merged, duplicate, declined or failed */
                ended_since?: string;
                /** @description Only what has not ended */
                open?: "true" | "false";
                source?: string;
                number?: number;
                /** @description Words looked for in title and text, each from its beginning; a number is the issue’s as well */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssueCounts"];
                };
            };
        };
    };
    getV1Jobs: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                work_item_id?: string;
                task_id?: string;
                agent?: string;
                role?: "coder" | "reviewer" | "tester" | "planner";
                state?: "queued" | "preparing" | "running" | "checking" | "succeeded" | "failed" | "cancelled" | "handed_back";
                /** @description true: what has not ended; false: what has */
                active?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Job"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1JobsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    getV1JobsByIdAnswer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_id: string;
                        text: string | null;
                    };
                };
            };
        };
    };
    getV1JobsByIdArtifacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_id: string;
                        items: {
                            /** @enum {string} */
                            kind: "change_request" | "diff" | "answer" | "kept_work" | "prompt" | "log";
                            title: string;
                            detail: string | null;
                            /** @description In this API; null: it lies in git alone, or is not shown */
                            href: string | null;
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    getV1JobsByIdDiff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_id: string;
                        /** @description `kept`: left behind and not handed in; null: nothing was changed */
                        source: ("change_request" | "kept") | null;
                        base: string | null;
                        /** @description Unified diff */
                        patch: string;
                        truncated: boolean;
                        /** @description Files whose changes do not fit the base, so that the patch does not show them */
                        left_out: string[];
                    };
                };
            };
        };
    };
    getV1JobsByIdLines: {
        parameters: {
            query?: {
                from?: number;
                /** @description `next_cursor` of the page before; goes before `from` */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogLine"][];
                        /** @description Number of the line to go on from; null: these are the last ones that there are now */
                        next_cursor: string | null;
                        /** @description Number of the last line there is now */
                        last_line: number;
                    };
                };
            };
        };
    };
    getV1JobsByIdLog: {
        parameters: {
            query?: {
                follow?: "0" | "1" | "true" | "false";
                from?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    getV1Ledger: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                subject?: string;
                /** @description One kind, or several separated by commas; `*` stands for any characters */
                kind?: string;
                actor?: string;
                /** @description Id or key of the project. */
                project?: string;
                work_item?: string;
                /** @description Handle: what they did, and what names them */
                person?: string;
                /** @description A model, or one version of it as `model@version` */
                model?: string;
                /** @description Id of a pull request: what names it, or its number on its forge */
                pull?: string;
                /** @description Any id: what is about it, or names it */
                mentions?: string;
                from?: string;
                to?: string;
                /** @description Where the list begins, inclusive */
                from_seq?: number;
                order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @constant */
                            v: 1;
                            seq: number;
                            occurred_at: string;
                            kind: string;
                            subject: string;
                            actor: string;
                            project_id: string | null;
                            work_item_id: string | null;
                            payload: {
                                [key: string]: components["schemas"]["GetV1LedgerAnswerschema0"];
                            };
                            prev_hash: string;
                            hash: string;
                            revealed?: {
                                [key: string]: components["schemas"]["GetV1LedgerAnswerschema0"];
                            };
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1LedgerBySeq: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        v: 1;
                        seq: number;
                        occurred_at: string;
                        kind: string;
                        subject: string;
                        actor: string;
                        project_id: string | null;
                        work_item_id: string | null;
                        payload: {
                            [key: string]: components["schemas"]["GetV1LedgerBySeqAnswerschema0"];
                        };
                        prev_hash: string;
                        hash: string;
                        revealed?: {
                            [key: string]: components["schemas"]["GetV1LedgerBySeqAnswerschema0"];
                        };
                    };
                };
            };
        };
    };
    getV1LedgerBySeqProof: {
        parameters: {
            query?: {
                tree_size?: number;
            };
            header?: never;
            path: {
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        seq: number;
                        tree_size: number;
                        leaf_hash: string;
                        root: string;
                        path: string[];
                    };
                };
            };
        };
    };
    getV1LedgerCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checkpoint: {
                            /** @constant */
                            v: 2;
                            origin: string;
                            tree_size: number;
                            root: string;
                            head: string;
                            at: string;
                            key_id: string;
                            /** Format: base64 */
                            signature: string;
                        };
                        public_key: string;
                    };
                };
            };
        };
    };
    getV1LedgerCheckpoints: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            checkpoint: {
                                /** @constant */
                                v: 2;
                                origin: string;
                                tree_size: number;
                                root: string;
                                head: string;
                                at: string;
                                key_id: string;
                                /** Format: base64 */
                                signature: string;
                            };
                            public_key: string;
                            number: number;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1LedgerConsistency: {
        parameters: {
            query: {
                first: number;
                second?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        first: number;
                        second: number;
                        first_root: string;
                        second_root: string;
                        path: string[];
                    };
                };
            };
        };
    };
    getV1LedgerCount: {
        parameters: {
            query?: {
                subject?: string;
                /** @description One kind, or several separated by commas; `*` stands for any characters */
                kind?: string;
                actor?: string;
                /** @description Id or key of the project. */
                project?: string;
                work_item?: string;
                /** @description Handle: what they did, and what names them */
                person?: string;
                /** @description A model, or one version of it as `model@version` */
                model?: string;
                /** @description Id of a pull request: what names it, or its number on its forge */
                pull?: string;
                /** @description Any id: what is about it, or names it */
                mentions?: string;
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                        /** @description There are more than `count` */
                        capped: boolean;
                    };
                };
            };
        };
    };
    postV1LedgerErasures: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    subject: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        erased: number;
                    };
                };
            };
        };
    };
    getV1LedgerExport: {
        parameters: {
            query?: {
                from_seq?: number;
                to_seq?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    postV1LedgerKeysRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        from: string;
                        to: string;
                    };
                };
            };
        };
    };
    getV1LedgerPlaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        last: {
                            number: number;
                            tree_size: number;
                            age_seconds: number;
                        } | null;
                        problem: string | null;
                        places: {
                            place: string;
                            where: string;
                            published: number;
                            published_at: string | null;
                            attempts: number;
                            last_error: string | null;
                        }[];
                    };
                };
            };
        };
    };
    getV1LedgerState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: number;
                        head: string;
                        kinds: string[];
                        actors: string[];
                        /** @description There are more actors than are named */
                        actors_cut: boolean;
                        /** @description The newest walk that somebody asked for */
                        verification: components["schemas"]["LedgerVerification"] | null;
                    };
                };
            };
        };
    };
    getV1LedgerVerifications: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LedgerVerification"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1LedgerVerifications: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    from_seq?: number;
                    to_seq?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerVerification"];
                };
            };
        };
    };
    getV1LedgerVerificationsByNumber: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerVerification"];
                };
            };
        };
    };
    getV1LedgerVerify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        verified: boolean;
                        entries: number;
                        head: string | null;
                        first_bad_seq: number | null;
                        reason: string | null;
                    };
                };
            };
        };
    };
    postV1LocalIssues: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    repository: string;
                    title: string;
                    /** @default  */
                    body?: string;
                    author?: string;
                    /** @default [] */
                    labels?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        number: number;
                        title: string;
                        body: string;
                        state: string;
                        labels: string[];
                        author: string;
                        url: string;
                    };
                };
            };
        };
    };
    postV1LocalRepositories: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    project_id: string;
                    name: string;
                    /** @default main */
                    default_branch?: string;
                    /** @default {} */
                    files?: {
                        [key: string]: string;
                    };
                    /** @default Start */
                    message?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        default_branch: string;
                        head: string | null;
                    };
                };
            };
        };
    };
    getV1LocalRepositoriesByOwnerByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                owner: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        default_branch: string;
                        head: string | null;
                        repository_id: string | null;
                    };
                };
            };
        };
    };
    getV1LocalRepositoriesByOwnerByNameIssuesByNumberComments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            author: string;
                            body: string;
                            created_at: string;
                        }[];
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNameIssuesByNumberComments: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    author?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNameIssuesByNumberLabels: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default [] */
                    add?: string[];
                    /** @default [] */
                    remove?: string[];
                    author?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        number: number;
                        title: string;
                        body: string;
                        state: string;
                        labels: string[];
                        author: string;
                        url: string;
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNameIssuesByNumberState: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    author?: string;
                    /** @enum {string} */
                    state: "open" | "closed";
                    /**
                     * @default completed
                     * @enum {string}
                     */
                    reason?: "completed" | "not_planned" | "duplicate";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        number: number;
                        title: string;
                        body: string;
                        state: string;
                        labels: string[];
                        author: string;
                        url: string;
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNamePullsByNumberClose: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    author?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        number: number;
                        title: string;
                        state: string;
                        merge_sha: string | null;
                        url: string;
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNamePullsByNumberMerge: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    author?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        number: number;
                        title: string;
                        state: string;
                        merge_sha: string | null;
                        url: string;
                    };
                };
            };
        };
    };
    getV1LocalRepositoriesByOwnerByNamePullsByNumberReviews: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            author: string;
                            verdict: string;
                            body: string;
                            head_sha: string | null;
                            created_at: string;
                        }[];
                        threads: {
                            id: string;
                            path: string;
                            line: number | null;
                            resolved: boolean;
                            outdated: boolean;
                            comments: {
                                id: string;
                                author: string;
                                body: string;
                                created_at: string;
                            }[];
                        }[];
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNamePullsByNumberReviews: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    verdict: "approved" | "changes_requested" | "commented";
                    /** @default  */
                    body?: string;
                    /** @default [] */
                    comments?: {
                        path: string;
                        line: number;
                        body: string;
                    }[];
                    author?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNamePullsByNumberThreadsByThreadIdReplies: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
                thread_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    author?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
        };
    };
    postV1LocalRepositoriesByOwnerByNamePullsByNumberThreadsByThreadIdResolve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                owner: string;
                name: string;
                number: number;
                thread_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    author?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
        };
    };
    getV1Metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MetricDefinition"][];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    getV1MetricsByMetric: {
        parameters: {
            query?: {
                /** @description Id or key of a project; all of them together when it is left out */
                project?: string;
                /** @description Inclusive; thirty days before `to` when it is left out */
                from?: string;
                /** @description Exclusive; `as_of` when it is left out */
                to?: string;
                /** @description What happened later is not seen; now when it is left out */
                as_of?: string;
                /** @description Split: one row for each */
                by?: "agent" | "harness" | "repository" | "project";
            };
            header?: never;
            path: {
                metric: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricAnswer"];
                };
            };
        };
    };
    getV1MetricsByMetricDistribution: {
        parameters: {
            query?: {
                /** @description Id or key of a project; all of them together when it is left out */
                project?: string;
                /** @description Inclusive; thirty days before `to` when it is left out */
                from?: string;
                /** @description Exclusive; `as_of` when it is left out */
                to?: string;
                /** @description What happened later is not seen; now when it is left out */
                as_of?: string;
            };
            header?: never;
            path: {
                metric: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricDistribution"];
                };
            };
        };
    };
    getV1MetricsByMetricSamples: {
        parameters: {
            query?: {
                /** @description Id or key of a project; all of them together when it is left out */
                project?: string;
                /** @description Inclusive; thirty days before `to` when it is left out */
                from?: string;
                /** @description Exclusive; `as_of` when it is left out */
                to?: string;
                /** @description What happened later is not seen; now when it is left out */
                as_of?: string;
                limit?: number;
                cursor?: string;
                /** @description Only what is in the figure, or only what was left out */
                counted?: "true" | "false";
                /** @description Only what was left out for this reason */
                excluded?: string;
            };
            header?: never;
            path: {
                metric: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricSamples"];
                };
            };
        };
    };
    getV1MetricsByMetricSeries: {
        parameters: {
            query?: {
                /** @description Id or key of a project; all of them together when it is left out */
                project?: string;
                /** @description Inclusive; thirty days before `to` when it is left out */
                from?: string;
                /** @description Exclusive; `as_of` when it is left out */
                to?: string;
                /** @description What happened later is not seen; now when it is left out */
                as_of?: string;
                bucket?: "day" | "week";
                /** @description Split: the largest few */
                by?: "agent" | "harness" | "repository" | "project";
            };
            header?: never;
            path: {
                metric: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricSeries"];
                };
            };
        };
    };
    getV1ModelCalls: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                work_item_id?: string;
                model?: string;
                outcome?: "answered" | "invalid" | "unavailable" | "timeout" | "rate_limited" | "unauthenticated" | "refused" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            purpose: string;
                            work_item_id: string | null;
                            model: string;
                            model_version: string | null;
                            prompt: string;
                            prompt_hash: string;
                            attempt: number;
                            input_tokens: number;
                            output_tokens: number;
                            cost_micros: number | null;
                            duration_ms: number;
                            cached: boolean;
                            /** @enum {string} */
                            outcome: "answered" | "invalid" | "unavailable" | "timeout" | "rate_limited" | "unauthenticated" | "refused" | "failed";
                            error: string | null;
                            created_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1ModelCallsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        purpose: string;
                        work_item_id: string | null;
                        model: string;
                        model_version: string | null;
                        prompt: string;
                        prompt_hash: string;
                        attempt: number;
                        input_tokens: number;
                        output_tokens: number;
                        cost_micros: number | null;
                        duration_ms: number;
                        cached: boolean;
                        /** @enum {string} */
                        outcome: "answered" | "invalid" | "unavailable" | "timeout" | "rate_limited" | "unauthenticated" | "refused" | "failed";
                        error: string | null;
                        created_at: string;
                    };
                };
            };
        };
    };
    getV1ModelVersions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            model: string;
                            version: string;
                            /** @enum {string} */
                            state: "active" | "retired";
                            notes: string;
                            calls: number;
                            first_used_at: string | null;
                            last_used_at: string | null;
                            created_at: string;
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1ModelVersions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    model: string;
                    version: string;
                    notes?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        model: string;
                        version: string;
                        /** @enum {string} */
                        state: "active" | "retired";
                        notes: string;
                        calls: number;
                        first_used_at: string | null;
                        last_used_at: string | null;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1ModelVersionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        model: string;
                        version: string;
                        /** @enum {string} */
                        state: "active" | "retired";
                        notes: string;
                        calls: number;
                        first_used_at: string | null;
                        last_used_at: string | null;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    deleteV1ModelVersionsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1ModelVersionsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state?: "active" | "retired";
                    notes?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        model: string;
                        version: string;
                        /** @enum {string} */
                        state: "active" | "retired";
                        notes: string;
                        calls: number;
                        first_used_at: string | null;
                        last_used_at: string | null;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1People: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                active?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            handle: string;
                            name: string;
                            email: string | null;
                            skills: string[];
                            capacity_hours_per_week: number;
                            timezone: string;
                            wip_limit: number;
                            /** @enum {string} */
                            role: "viewer" | "developer" | "maintainer" | "manager" | "admin";
                            owns: string[];
                            active: boolean;
                            revision: number;
                            created_at: string;
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1People: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    email?: string | null;
                    skills?: string[];
                    capacity_hours_per_week?: number;
                    timezone?: string;
                    wip_limit?: number;
                    /** @enum {string} */
                    role?: "viewer" | "developer" | "maintainer" | "manager" | "admin";
                    owns?: string[];
                    active?: boolean;
                    handle: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        handle: string;
                        name: string;
                        email: string | null;
                        skills: string[];
                        capacity_hours_per_week: number;
                        timezone: string;
                        wip_limit: number;
                        /** @enum {string} */
                        role: "viewer" | "developer" | "maintainer" | "manager" | "admin";
                        owns: string[];
                        active: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1PeopleById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        handle: string;
                        name: string;
                        email: string | null;
                        skills: string[];
                        capacity_hours_per_week: number;
                        timezone: string;
                        wip_limit: number;
                        /** @enum {string} */
                        role: "viewer" | "developer" | "maintainer" | "manager" | "admin";
                        owns: string[];
                        active: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    deleteV1PeopleById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1PeopleById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    email?: string | null;
                    skills?: string[];
                    capacity_hours_per_week?: number;
                    timezone?: string;
                    wip_limit?: number;
                    /** @enum {string} */
                    role?: "viewer" | "developer" | "maintainer" | "manager" | "admin";
                    owns?: string[];
                    active?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        handle: string;
                        name: string;
                        email: string | null;
                        skills: string[];
                        capacity_hours_per_week: number;
                        timezone: string;
                        wip_limit: number;
                        /** @enum {string} */
                        role: "viewer" | "developer" | "maintainer" | "manager" | "admin";
                        owns: string[];
                        active: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1PeopleByIdLoad: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        handle: string;
                        wip: number;
                        wip_limit: number;
                        free: number;
                        capacity_hours_per_week: number;
                    };
                };
            };
        };
    };
    getV1PeopleByIdProjects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Ids of the only projects this person sees; null: all. */
                        projects: string[] | null;
                    };
                };
            };
        };
    };
    putV1PeopleByIdProjects: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    projects: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Ids of the only projects this person sees; null: all. */
                        projects: string[] | null;
                    };
                };
            };
        };
    };
    getV1Plans: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                work_item_id?: string;
                state?: "draft" | "awaiting_approval" | "approved" | "declined" | "superseded";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            work_item_id: string;
                            version: number;
                            /** @enum {string} */
                            state: "draft" | "awaiting_approval" | "approved" | "declined" | "superseded";
                            document: {
                                /** @constant */
                                version: 1;
                                story: string;
                                acceptance: {
                                    id: string;
                                    text: string;
                                }[];
                                tasks: {
                                    key: string;
                                    title: string;
                                    description: string;
                                    /**
                                     * @default coder
                                     * @enum {string}
                                     */
                                    role: "coder" | "reviewer" | "tester" | "planner";
                                    scope: string[];
                                    /** @default [] */
                                    depends_on: string[];
                                    /** @default [] */
                                    acceptance: string[];
                                    /** @enum {string} */
                                    estimate: "XS" | "S" | "M" | "L" | "XL";
                                    /** @default [] */
                                    checks: string[];
                                    limits: {
                                        files: number;
                                        context_tokens: number;
                                    };
                                }[];
                                risks: {
                                    text: string;
                                    /** @enum {string} */
                                    severity: "low" | "medium" | "high";
                                }[];
                                dependencies: string[];
                                /** @enum {string} */
                                estimate: "XS" | "S" | "M" | "L" | "XL";
                            };
                            planner: string;
                            prompt_hash: string | null;
                            created_at: string;
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Plans: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    work_item_id: string;
                    document: {
                        /** @constant */
                        version: 1;
                        story: string;
                        acceptance: {
                            id: string;
                            text: string;
                        }[];
                        tasks: {
                            key: string;
                            title: string;
                            description: string;
                            /**
                             * @default coder
                             * @enum {string}
                             */
                            role?: "coder" | "reviewer" | "tester" | "planner";
                            scope: string[];
                            /** @default [] */
                            depends_on?: string[];
                            /** @default [] */
                            acceptance?: string[];
                            /** @enum {string} */
                            estimate: "XS" | "S" | "M" | "L" | "XL";
                            /** @default [] */
                            checks?: string[];
                            limits: {
                                files: number;
                                context_tokens: number;
                            };
                        }[];
                        risks: {
                            text: string;
                            /** @enum {string} */
                            severity: "low" | "medium" | "high";
                        }[];
                        dependencies: string[];
                        /** @enum {string} */
                        estimate: "XS" | "S" | "M" | "L" | "XL";
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        work_item_id: string;
                        version: number;
                        /** @enum {string} */
                        state: "draft" | "awaiting_approval" | "approved" | "declined" | "superseded";
                        document: {
                            /** @constant */
                            version: 1;
                            story: string;
                            acceptance: {
                                id: string;
                                text: string;
                            }[];
                            tasks: {
                                key: string;
                                title: string;
                                description: string;
                                /**
                                 * @default coder
                                 * @enum {string}
                                 */
                                role: "coder" | "reviewer" | "tester" | "planner";
                                scope: string[];
                                /** @default [] */
                                depends_on: string[];
                                /** @default [] */
                                acceptance: string[];
                                /** @enum {string} */
                                estimate: "XS" | "S" | "M" | "L" | "XL";
                                /** @default [] */
                                checks: string[];
                                limits: {
                                    files: number;
                                    context_tokens: number;
                                };
                            }[];
                            risks: {
                                text: string;
                                /** @enum {string} */
                                severity: "low" | "medium" | "high";
                            }[];
                            dependencies: string[];
                            /** @enum {string} */
                            estimate: "XS" | "S" | "M" | "L" | "XL";
                        };
                        planner: string;
                        prompt_hash: string | null;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1PlansById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        work_item_id: string;
                        version: number;
                        /** @enum {string} */
                        state: "draft" | "awaiting_approval" | "approved" | "declined" | "superseded";
                        document: {
                            /** @constant */
                            version: 1;
                            story: string;
                            acceptance: {
                                id: string;
                                text: string;
                            }[];
                            tasks: {
                                key: string;
                                title: string;
                                description: string;
                                /**
                                 * @default coder
                                 * @enum {string}
                                 */
                                role: "coder" | "reviewer" | "tester" | "planner";
                                scope: string[];
                                /** @default [] */
                                depends_on: string[];
                                /** @default [] */
                                acceptance: string[];
                                /** @enum {string} */
                                estimate: "XS" | "S" | "M" | "L" | "XL";
                                /** @default [] */
                                checks: string[];
                                limits: {
                                    files: number;
                                    context_tokens: number;
                                };
                            }[];
                            risks: {
                                text: string;
                                /** @enum {string} */
                                severity: "low" | "medium" | "high";
                            }[];
                            dependencies: string[];
                            /** @enum {string} */
                            estimate: "XS" | "S" | "M" | "L" | "XL";
                        };
                        planner: string;
                        prompt_hash: string | null;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    deleteV1PlansById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1PlansById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "awaiting_approval" | "declined";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        work_item_id: string;
                        version: number;
                        /** @enum {string} */
                        state: "draft" | "awaiting_approval" | "approved" | "declined" | "superseded";
                        document: {
                            /** @constant */
                            version: 1;
                            story: string;
                            acceptance: {
                                id: string;
                                text: string;
                            }[];
                            tasks: {
                                key: string;
                                title: string;
                                description: string;
                                /**
                                 * @default coder
                                 * @enum {string}
                                 */
                                role: "coder" | "reviewer" | "tester" | "planner";
                                scope: string[];
                                /** @default [] */
                                depends_on: string[];
                                /** @default [] */
                                acceptance: string[];
                                /** @enum {string} */
                                estimate: "XS" | "S" | "M" | "L" | "XL";
                                /** @default [] */
                                checks: string[];
                                limits: {
                                    files: number;
                                    context_tokens: number;
                                };
                            }[];
                            risks: {
                                text: string;
                                /** @enum {string} */
                                severity: "low" | "medium" | "high";
                            }[];
                            dependencies: string[];
                            /** @enum {string} */
                            estimate: "XS" | "S" | "M" | "L" | "XL";
                        };
                        planner: string;
                        prompt_hash: string | null;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1PlansByIdCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plan_id: string | null;
                        repository: string;
                        commit: string;
                        tasks: {
                            key: string;
                            title: string;
                            scope: string[];
                            depends_on: string[];
                        }[];
                        holds: boolean;
                        cycle: string[];
                        waves: string[][] | null;
                        width: number;
                        planned_width: number;
                        independent_share: number;
                        parallel_share: number;
                        independent_task_share: number;
                        dependencies: {
                            task: string;
                            on: string;
                            why: string;
                            reason: string;
                        }[];
                        pairs: {
                            left: string;
                            right: string;
                            /** @enum {string} */
                            verdict: "ordered" | "independent" | "related" | "serialise";
                            cause: ("hot_file" | "same_files" | "new_files" | "imports" | "overlap") | null;
                            must_wait: boolean;
                            conflict_chance: number;
                            shared_files: {
                                count: number;
                                examples: string[];
                            };
                            hot_files: string[];
                            imports: {
                                distance: number;
                                from: string;
                                to: string;
                                count: number;
                            } | null;
                            reason: string;
                        }[];
                        hot_files: {
                            path: string;
                            share: number;
                            touches: number;
                        }[];
                    };
                };
            };
        };
    };
    postV1PlansCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    repository: string;
                    tasks: {
                        key: string;
                        title?: string;
                        scope: string[];
                        /** @default [] */
                        depends_on?: string[];
                        /** @enum {string} */
                        estimate?: "XS" | "S" | "M" | "L" | "XL";
                    }[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plan_id: string | null;
                        repository: string;
                        commit: string;
                        tasks: {
                            key: string;
                            title: string;
                            scope: string[];
                            depends_on: string[];
                        }[];
                        holds: boolean;
                        cycle: string[];
                        waves: string[][] | null;
                        width: number;
                        planned_width: number;
                        independent_share: number;
                        parallel_share: number;
                        independent_task_share: number;
                        dependencies: {
                            task: string;
                            on: string;
                            why: string;
                            reason: string;
                        }[];
                        pairs: {
                            left: string;
                            right: string;
                            /** @enum {string} */
                            verdict: "ordered" | "independent" | "related" | "serialise";
                            cause: ("hot_file" | "same_files" | "new_files" | "imports" | "overlap") | null;
                            must_wait: boolean;
                            conflict_chance: number;
                            shared_files: {
                                count: number;
                                examples: string[];
                            };
                            hot_files: string[];
                            imports: {
                                distance: number;
                                from: string;
                                to: string;
                                count: number;
                            } | null;
                            reason: string;
                        }[];
                        hot_files: {
                            path: string;
                            share: number;
                            touches: number;
                        }[];
                    };
                };
            };
        };
    };
    getV1Policy: {
        parameters: {
            query?: {
                /** @description Id or key. */
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Covers the organisation's text, the project's own, and the engine's rules. */
                        hash: string;
                        source: string;
                        text: string;
                        override: {
                            text: string;
                            source: string;
                        } | null;
                        engine: {
                            name: string;
                            version: string;
                        } | null;
                        shadow: boolean;
                        /** @description File or repository that says what is in force; null: people activate it here. */
                        configured: string | null;
                    };
                };
            };
        };
    };
    postV1PolicyActivate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    /** @default HTTP */
                    source?: string;
                    /** @default 30d */
                    since?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        action_id: string;
                        digest: string;
                        status: string;
                        simulated: {
                            hash: string;
                            since: string;
                            /** @description Recorded decisions that were made again. */
                            considered: number;
                            /** @description Recorded decisions whose facts were not kept. */
                            unknown: number;
                            /** @description There were more decisions than are looked at; the newest were. */
                            truncated: boolean;
                            counts: {
                                /** @enum {string} */
                                from: "auto" | "ask" | "require_approval" | "deny";
                                /** @enum {string} */
                                to: "auto" | "ask" | "require_approval" | "deny";
                                count: number;
                            }[];
                        };
                    };
                };
            };
        };
    };
    postV1PolicyCheck: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        valid: boolean;
                        hash: string | null;
                        problems: {
                            path: string;
                            detail: string;
                            /** @description Where it is in the text, from 1; null: it is about the whole text. */
                            line: number | null;
                            column: number | null;
                        }[];
                    };
                };
            };
        };
    };
    postV1PolicyExplain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    action_kind: string;
                    /** @default {} */
                    facts?: {
                        [key: string]: components["schemas"]["PostV1PolicyExplainBodyschema0"];
                    };
                    /**
                     * @description Id or key.
                     * @default null
                     */
                    project_id?: string | null;
                    /**
                     * @description Another policy to ask instead of the one in force; nothing of it is kept.
                     * @default null
                     */
                    text?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        answer: "auto" | "approval" | "deny";
                        mode: ("auto" | "ask" | "require_approval") | null;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        rule: string;
                        reason: string;
                        policy_hash: string;
                        approvers: string[];
                        min_approvals: number;
                        /** @description Seconds a person has to decide. */
                        ttl: number | null;
                        /** @description `actions.<kind>`, or `defaults` for a kind the policy does not name. */
                        rule_name: string;
                        conditions: {
                            /** @enum {string} */
                            member: "when" | "ask_if";
                            text: string;
                            /** @description Null: it has no answer, `error` says why, and the action is denied. */
                            holds: boolean | null;
                            error: string | null;
                        }[];
                        limits: {
                            name: string;
                            /** @enum {string} */
                            state: "fine" | "over" | "deny" | "unconcerned";
                            /** @description Why it is passed. Of `pii_redaction` also what its value means: `off` lets personal data leave; `standard` replaces it by its class in texts for a forge outside before the action is recorded and its digest made, so that what people see is what leaves; `strict` makes it wait for a person, and what is approved leaves as it is. */
                            reason: string;
                        }[];
                        /** @description What the project's own policy made stricter. */
                        tightened: {
                            path: string;
                            from: string;
                            to: string;
                        }[];
                        sources: {
                            organisation: string;
                            override: string | null;
                        };
                        engine: {
                            name: string;
                            answer: string;
                            reason: string;
                        } | null;
                    };
                };
            };
        };
    };
    getV1PolicyQuestions: {
        parameters: {
            query: {
                action_kind: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            action_id: string;
                            action_kind: string;
                            project_id: string | null;
                            decided_at: string;
                            facts: {
                                [key: string]: components["schemas"]["GetV1PolicyQuestionsAnswerschema0"];
                            };
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    postV1PolicySimulate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    /** @default 30d */
                    since?: string;
                    /** @default 50 */
                    limit?: number;
                    cursor?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hash: string;
                        since: string;
                        /** @description Recorded decisions that were made again. */
                        considered: number;
                        /** @description Recorded decisions whose facts were not kept. */
                        unknown: number;
                        /** @description There were more decisions than are looked at; the newest were. */
                        truncated: boolean;
                        counts: {
                            /** @enum {string} */
                            from: "auto" | "ask" | "require_approval" | "deny";
                            /** @enum {string} */
                            to: "auto" | "ask" | "require_approval" | "deny";
                            count: number;
                        }[];
                        items: {
                            action_id: string;
                            kind: string;
                            project_id: string | null;
                            decided_at: string;
                            /** @enum {string} */
                            from: "auto" | "ask" | "require_approval" | "deny";
                            /** @enum {string} */
                            to: "auto" | "ask" | "require_approval" | "deny";
                            rule: string;
                            reason: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1PolicyVersions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            version: number;
                            hash: string;
                            source: string;
                            activated_at: string;
                            activated_by: string;
                            /** @description The approved action; null where the text came with the installation. */
                            action_id: string | null;
                            text: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1PolicyVocabulary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        action_kinds: {
                            kind: string;
                            /** @description Of a later capability: it may be named, and nothing asks for it yet. */
                            reserved: boolean;
                        }[];
                        facts: {
                            name: string;
                            /** @enum {string} */
                            type: "text" | "number" | "true or false" | "list of texts";
                            description: string;
                            /** @description Kinds that bring it; `branch.*` stands for all that begin so; null: all. */
                            kinds: string[] | null;
                        }[];
                        modes: string[];
                        risks: string[];
                        approvers: string[];
                    };
                };
            };
        };
    };
    getV1Projects: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            key: string;
                            name: string;
                            settings: {
                                setup?: string[];
                                checks?: {
                                    name: string;
                                    command: string;
                                    /** @default 600 */
                                    timeout_s: number;
                                    coverage?: string;
                                }[];
                                regenerate?: {
                                    [key: string]: string;
                                };
                                /** @enum {string} */
                                network?: "none" | "registry";
                                /** @enum {string} */
                                sandbox?: "bwrap" | "container" | "none";
                                /** @enum {string} */
                                self_approval?: "never" | "local";
                                roles?: {
                                    [key: string]: string;
                                };
                                /** @enum {string} */
                                assign?: "agents" | "anyone";
                                ready_label?: string;
                                /** @enum {string} */
                                ci?: "auto" | "required" | "none";
                                queue?: {
                                    /** @enum {string} */
                                    structured_merge?: "on" | "off";
                                    lanes?: number;
                                    most_batch?: number;
                                    freshness_budget?: number;
                                    /** @enum {string} */
                                    combined?: "before" | "after";
                                };
                                reviews?: {
                                    people_pulls?: ("off" | "on") | string[];
                                    quiet_s?: number;
                                    /** @enum {string} */
                                    ask_reviewers?: "off" | "on";
                                    /** @enum {string} */
                                    tests?: "off" | "suggest" | "write";
                                };
                            };
                            opted_out: boolean;
                            revision: number;
                            created_at: string;
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Projects: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                    name: string;
                    settings?: {
                        setup?: string[];
                        checks?: {
                            name: string;
                            command: string;
                            /** @default 600 */
                            timeout_s?: number;
                            coverage?: string;
                        }[];
                        regenerate?: {
                            [key: string]: string;
                        };
                        /** @enum {string} */
                        network?: "none" | "registry";
                        /** @enum {string} */
                        sandbox?: "bwrap" | "container" | "none";
                        /** @enum {string} */
                        self_approval?: "never" | "local";
                        roles?: {
                            [key: string]: string;
                        };
                        /** @enum {string} */
                        assign?: "agents" | "anyone";
                        ready_label?: string;
                        /** @enum {string} */
                        ci?: "auto" | "required" | "none";
                        queue?: {
                            /** @enum {string} */
                            structured_merge?: "on" | "off";
                            lanes?: number;
                            most_batch?: number;
                            freshness_budget?: number;
                            /** @enum {string} */
                            combined?: "before" | "after";
                        };
                        reviews?: {
                            people_pulls?: ("off" | "on") | string[];
                            quiet_s?: number;
                            /** @enum {string} */
                            ask_reviewers?: "off" | "on";
                            /** @enum {string} */
                            tests?: "off" | "suggest" | "write";
                        };
                    };
                    opted_out?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        key: string;
                        name: string;
                        settings: {
                            setup?: string[];
                            checks?: {
                                name: string;
                                command: string;
                                /** @default 600 */
                                timeout_s: number;
                                coverage?: string;
                            }[];
                            regenerate?: {
                                [key: string]: string;
                            };
                            /** @enum {string} */
                            network?: "none" | "registry";
                            /** @enum {string} */
                            sandbox?: "bwrap" | "container" | "none";
                            /** @enum {string} */
                            self_approval?: "never" | "local";
                            roles?: {
                                [key: string]: string;
                            };
                            /** @enum {string} */
                            assign?: "agents" | "anyone";
                            ready_label?: string;
                            /** @enum {string} */
                            ci?: "auto" | "required" | "none";
                            queue?: {
                                /** @enum {string} */
                                structured_merge?: "on" | "off";
                                lanes?: number;
                                most_batch?: number;
                                freshness_budget?: number;
                                /** @enum {string} */
                                combined?: "before" | "after";
                            };
                            reviews?: {
                                people_pulls?: ("off" | "on") | string[];
                                quiet_s?: number;
                                /** @enum {string} */
                                ask_reviewers?: "off" | "on";
                                /** @enum {string} */
                                tests?: "off" | "suggest" | "write";
                            };
                        };
                        opted_out: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1ProjectsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        key: string;
                        name: string;
                        settings: {
                            setup?: string[];
                            checks?: {
                                name: string;
                                command: string;
                                /** @default 600 */
                                timeout_s: number;
                                coverage?: string;
                            }[];
                            regenerate?: {
                                [key: string]: string;
                            };
                            /** @enum {string} */
                            network?: "none" | "registry";
                            /** @enum {string} */
                            sandbox?: "bwrap" | "container" | "none";
                            /** @enum {string} */
                            self_approval?: "never" | "local";
                            roles?: {
                                [key: string]: string;
                            };
                            /** @enum {string} */
                            assign?: "agents" | "anyone";
                            ready_label?: string;
                            /** @enum {string} */
                            ci?: "auto" | "required" | "none";
                            queue?: {
                                /** @enum {string} */
                                structured_merge?: "on" | "off";
                                lanes?: number;
                                most_batch?: number;
                                freshness_budget?: number;
                                /** @enum {string} */
                                combined?: "before" | "after";
                            };
                            reviews?: {
                                people_pulls?: ("off" | "on") | string[];
                                quiet_s?: number;
                                /** @enum {string} */
                                ask_reviewers?: "off" | "on";
                                /** @enum {string} */
                                tests?: "off" | "suggest" | "write";
                            };
                        };
                        opted_out: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    deleteV1ProjectsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1ProjectsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    settings?: {
                        setup?: string[];
                        checks?: {
                            name: string;
                            command: string;
                            /** @default 600 */
                            timeout_s?: number;
                            coverage?: string;
                        }[];
                        regenerate?: {
                            [key: string]: string;
                        };
                        /** @enum {string} */
                        network?: "none" | "registry";
                        /** @enum {string} */
                        sandbox?: "bwrap" | "container" | "none";
                        /** @enum {string} */
                        self_approval?: "never" | "local";
                        roles?: {
                            [key: string]: string;
                        };
                        /** @enum {string} */
                        assign?: "agents" | "anyone";
                        ready_label?: string;
                        /** @enum {string} */
                        ci?: "auto" | "required" | "none";
                        queue?: {
                            /** @enum {string} */
                            structured_merge?: "on" | "off";
                            lanes?: number;
                            most_batch?: number;
                            freshness_budget?: number;
                            /** @enum {string} */
                            combined?: "before" | "after";
                        };
                        reviews?: {
                            people_pulls?: ("off" | "on") | string[];
                            quiet_s?: number;
                            /** @enum {string} */
                            ask_reviewers?: "off" | "on";
                            /** @enum {string} */
                            tests?: "off" | "suggest" | "write";
                        };
                    };
                    opted_out?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        key: string;
                        name: string;
                        settings: {
                            setup?: string[];
                            checks?: {
                                name: string;
                                command: string;
                                /** @default 600 */
                                timeout_s: number;
                                coverage?: string;
                            }[];
                            regenerate?: {
                                [key: string]: string;
                            };
                            /** @enum {string} */
                            network?: "none" | "registry";
                            /** @enum {string} */
                            sandbox?: "bwrap" | "container" | "none";
                            /** @enum {string} */
                            self_approval?: "never" | "local";
                            roles?: {
                                [key: string]: string;
                            };
                            /** @enum {string} */
                            assign?: "agents" | "anyone";
                            ready_label?: string;
                            /** @enum {string} */
                            ci?: "auto" | "required" | "none";
                            queue?: {
                                /** @enum {string} */
                                structured_merge?: "on" | "off";
                                lanes?: number;
                                most_batch?: number;
                                freshness_budget?: number;
                                /** @enum {string} */
                                combined?: "before" | "after";
                            };
                            reviews?: {
                                people_pulls?: ("off" | "on") | string[];
                                quiet_s?: number;
                                /** @enum {string} */
                                ask_reviewers?: "off" | "on";
                                /** @enum {string} */
                                tests?: "off" | "suggest" | "write";
                            };
                        };
                        opted_out: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1ProjectsByIdRollout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or key of the project */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    postV1ProjectsByIdRollout: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or key of the project */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    do: "advance";
                    /** @default null */
                    override?: string | null;
                    /** @default null */
                    core_paths?: string[] | null;
                } | {
                    /** @constant */
                    do: "rollback";
                    /** @default  */
                    reason?: string;
                } | {
                    /** @constant */
                    do: "set";
                    /** @enum {string} */
                    stage: "shadow" | "non_critical" | "core";
                    /** @default null */
                    core_paths?: string[] | null;
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
        };
    };
    getV1ProjectsByIdRolloutDecisions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id or key of the project */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            action_id: string;
                            /** @enum {string} */
                            stage: "shadow" | "non_critical" | "core";
                            kind: string;
                            repo: string;
                            number: number | null;
                            would: {
                                [key: string]: unknown;
                            };
                            /** @enum {string} */
                            verdict: "open" | "agreed" | "disagreed";
                            observed: {
                                [key: string]: unknown;
                            } | null;
                            /** Format: date-time */
                            decided_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1Pulls: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                /** @description Id of a repository. */
                repository?: string;
                state?: "open" | "merged" | "closed";
                /** @description `person`: everybody's but agents' */
                author?: "agent" | "person";
                issue?: string;
                waits?: "nobody" | "agent" | "ci" | "reviewers" | "approvers" | "author" | "queue" | "people";
                /** @description Handle, login or `role:<role>` that is waited for */
                waits_on?: string;
                /** @description Words of the title or branch, or a number */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PullOverview"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1PullsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PullDetail"];
                };
            };
        };
    };
    getV1PullsByIdChanges: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pull_id: string;
                        /** @description Null: its commits are not here */
                        base: string | null;
                        head: string | null;
                        files: {
                            path: string;
                            from: string | null;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        /** @description Unified diff */
                        patch: string;
                        truncated: boolean;
                        /** @description Commit of the base branch that merging was tried with; null: not tried */
                        onto: string | null;
                        /** @description Tried against `onto`; null: not tried */
                        merge: {
                            /** @enum {string} */
                            state: "clean" | "conflict";
                            files: string[];
                        } | null;
                    };
                };
            };
        };
    };
    getV1PullsByIdConversations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pull_id: string;
                        /** @description What a proposed answer names */
                        target: {
                            forge: string;
                            repo: string;
                            number: number;
                        };
                        items: {
                            id: string;
                            path: string;
                            /** @description Null: the whole file, or no line of the diff any more */
                            line: number | null;
                            resolved: boolean;
                            /** @description Written for an older head */
                            outdated: boolean;
                            comments: {
                                id: string;
                                author: string;
                                /** @description Untrusted */
                                body: string;
                                /** Format: date-time */
                                created_at: string;
                            }[];
                            /** @description Answers and ends that were proposed here and are not done; `failed` and `declined` for a day */
                            asked: {
                                action_id: string;
                                /** @enum {string} */
                                kind: "pr.thread.reply" | "pr.thread.resolve";
                                /** @enum {string} */
                                status: "pending" | "approved" | "executing" | "failed" | "declined";
                            }[];
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    getV1PullsByIdCoverage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        project_id: string;
                        repository_id: string;
                        head_sha: string;
                        reports: {
                            check: string;
                            /** @description Null: the report could not be read. */
                            format: ("lcov" | "cobertura" | "jacoco") | null;
                            lines_covered: number;
                            lines_found: number;
                            problem: string | null;
                            files: {
                                path: string;
                                lines_covered: number;
                                /** @description `3, 7-9` */
                                uncovered: string;
                            }[];
                        }[];
                    };
                };
            };
        };
    };
    postV1PullsByIdFix: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    what: "reviews" | "conflict";
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        pull_id: string;
                        what: string;
                        state: string;
                        asked_by: string;
                        /** Format: date-time */
                        asked_at: string;
                    };
                };
            };
        };
    };
    getV1PullsByIdReviewers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pull_id: string;
                        project_id: string;
                        head_sha: string;
                        suggested: {
                            handle: string;
                            /** @description Their name on the forge; null: nobody linked one, so they can be named but not asked there. */
                            login: string | null;
                            /** @description 0 to 100 */
                            score: number;
                            reasons: string[];
                        }[];
                        /** @description People who know the files and are not suggested. */
                        passed_over: {
                            handle: string;
                            why: string;
                        }[];
                        detail: string;
                        /** @description Null: nobody was suggested yet. */
                        decided_at: string | null;
                    };
                };
            };
        };
    };
    getV1PullsByIdTimeline: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pull_id: string;
                        items: {
                            id: string;
                            /** @enum {string} */
                            kind: "opened" | "pushed" | "reviewed" | "commented" | "thread_resolved" | "closed" | "reopened" | "merged" | "agent_review" | "checks" | "retry" | "fix" | "run" | "merge_asked" | "voted";
                            /** Format: date-time */
                            at: string;
                            by: string | null;
                            /** @description Untrusted where somebody outside wrote it */
                            text: string | null;
                            state: string | null;
                            sha: string | null;
                            run_id: string | null;
                            action_id: string | null;
                        }[];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    getV1Questions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                state?: "waiting" | "answered" | "expired" | "withdrawn";
                job_id?: string;
                task_id?: string;
                work_item_id?: string;
                /** @description Id or key of the project. */
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            job_id: string;
                            task_id: string | null;
                            work_item_id: string | null;
                            project_id: string;
                            agent: string;
                            role: string;
                            question: string;
                            choices: string[];
                            /** @enum {string} */
                            state: "waiting" | "answered" | "expired" | "withdrawn";
                            answer: string | null;
                            answered_by: string | null;
                            asked_at: string;
                            expires_at: string;
                            ended_at: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1QuestionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        job_id: string;
                        task_id: string | null;
                        work_item_id: string | null;
                        project_id: string;
                        agent: string;
                        role: string;
                        question: string;
                        choices: string[];
                        /** @enum {string} */
                        state: "waiting" | "answered" | "expired" | "withdrawn";
                        answer: string | null;
                        answered_by: string | null;
                        asked_at: string;
                        expires_at: string;
                        ended_at: string | null;
                    };
                };
            };
        };
    };
    postV1QuestionsByIdAnswer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    answer: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        job_id: string;
                        task_id: string | null;
                        work_item_id: string | null;
                        project_id: string;
                        agent: string;
                        role: string;
                        question: string;
                        choices: string[];
                        /** @enum {string} */
                        state: "waiting" | "answered" | "expired" | "withdrawn";
                        answer: string | null;
                        answered_by: string | null;
                        asked_at: string;
                        expires_at: string;
                        ended_at: string | null;
                    };
                };
            };
        };
    };
    getV1Queue: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        targets: {
                            repository_id: string;
                            repo: string | null;
                            target: string;
                            /** @enum {string} */
                            control: "running" | "paused" | "draining";
                            control_by: string | null;
                            control_reason: string | null;
                            control_at: string | null;
                            worker: string | null;
                            lanes: number;
                            batch_limit: number;
                            verify_ms: number | null;
                            total: number;
                            entries: {
                                id: string;
                                project_id: string;
                                repository_id: string;
                                repo: string;
                                target: string;
                                task_id: string;
                                attempt: number;
                                work_item_id: string | null;
                                summary: string;
                                /** @enum {string} */
                                risk: "low" | "medium" | "high";
                                /** @enum {string} */
                                state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                                rung: string | null;
                                retries: number;
                                last_error: string | null;
                                quarantine: unknown | null;
                                closed_reason: string | null;
                                notes: string[];
                                files: {
                                    path: string;
                                    added: number | null;
                                    deleted: number | null;
                                }[];
                                base: string;
                                landed_commit: string | null;
                                landed_tree: string | null;
                                submitted_by: string;
                                /** Format: date-time */
                                submitted_at: string;
                                landed_at: string | null;
                                /** Format: date-time */
                                updated_at: string;
                                waits_for: string[];
                                wait: {
                                    kind: string;
                                    sentence: string;
                                    lane: number | null;
                                    joined: boolean;
                                    stuck: string[];
                                    others: string[];
                                    expected_at: string | null;
                                } | null;
                            }[];
                        }[];
                        counts: {
                            /** @enum {string} */
                            state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                            rung: string | null;
                            count: number;
                        }[];
                        alarms: {
                            id: number;
                            repository_id: string;
                            target: string;
                            /** Format: date-time */
                            at: string;
                            from: string;
                            to: string;
                            lost: string[];
                            commits: {
                                commit: string;
                                subject: string;
                            }[];
                            dismissed_by: string | null;
                        }[];
                        last_day: {
                            landed: number;
                            p50_s: number | null;
                            p90_s: number | null;
                            p99_s: number | null;
                        };
                    };
                };
            };
        };
    };
    postV1QueueByIdDrop: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string;
                        repo: string;
                        target: string;
                        task_id: string;
                        attempt: number;
                        work_item_id: string | null;
                        summary: string;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        /** @enum {string} */
                        state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                        rung: string | null;
                        retries: number;
                        last_error: string | null;
                        quarantine: unknown | null;
                        closed_reason: string | null;
                        notes: string[];
                        files: {
                            path: string;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        base: string;
                        landed_commit: string | null;
                        landed_tree: string | null;
                        submitted_by: string;
                        /** Format: date-time */
                        submitted_at: string;
                        landed_at: string | null;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    postV1QueueByIdRetry: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        repository_id: string;
                        repo: string;
                        target: string;
                        task_id: string;
                        attempt: number;
                        work_item_id: string | null;
                        summary: string;
                        /** @enum {string} */
                        risk: "low" | "medium" | "high";
                        /** @enum {string} */
                        state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                        rung: string | null;
                        retries: number;
                        last_error: string | null;
                        quarantine: unknown | null;
                        closed_reason: string | null;
                        notes: string[];
                        files: {
                            path: string;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        base: string;
                        landed_commit: string | null;
                        landed_tree: string | null;
                        submitted_by: string;
                        /** Format: date-time */
                        submitted_at: string;
                        landed_at: string | null;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
        };
    };
    postV1QueueAlarmsByIdDismiss: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        repository_id: string;
                        target: string;
                        /** Format: date-time */
                        at: string;
                        from: string;
                        to: string;
                        lost: string[];
                        commits: {
                            commit: string;
                            subject: string;
                        }[];
                        dismissed_by: string | null;
                    };
                };
            };
        };
    };
    getV1QueueFigures: {
        parameters: {
            query?: {
                /** @description Id or key of the project. */
                project?: string;
                /** @description Id or name of the repository. */
                repository?: string;
                target?: string;
                hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        from: string;
                        /** Format: date-time */
                        to: string;
                        submitted: number;
                        ended: number;
                        landed: number;
                        quarantined: number;
                        dropped: number;
                        already_landed: number;
                        success_share: number | null;
                        conflicts: number;
                        conflict_share: number | null;
                        to_land: {
                            p50_s: number | null;
                            p90_s: number | null;
                            p99_s: number | null;
                        };
                        by_rung: {
                            rung: string | null;
                            count: number;
                        }[];
                        verifications: {
                            passed: number;
                            failed: number;
                            infrastructure: number;
                            p50_ms: number | null;
                            seconds: number;
                        };
                        series: {
                            /** Format: date-time */
                            from: string;
                            landed: number;
                            quarantined: number;
                        }[];
                    };
                };
            };
        };
    };
    getV1QueueLandings: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                /** @description Id or name of the repository. */
                repository?: string;
                target?: string;
                /** @description `landed`: what stands, without landings that the queue took back by itself; `reverted`: those it took back. */
                event?: "landed" | "reverted";
                /** @description Landed then or later. */
                from?: string;
                /** @description Landed before. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            project_id: string;
                            repository_id: string;
                            repo: string | null;
                            target: string;
                            on_main: boolean;
                            task_id: string;
                            attempt: number;
                            /** @enum {string} */
                            state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                            summary: string;
                            rung: string | null;
                            submitted_by: string;
                            /** Format: date-time */
                            submitted_at: string;
                            reverts: string | null;
                            issue: {
                                id: string;
                                number: number | null;
                                title: string;
                                url: string | null;
                            } | null;
                            run: {
                                id: string;
                                agent: string;
                            } | null;
                            /** @enum {string} */
                            event: "landed" | "reverted";
                            /** Format: date-time */
                            at: string;
                            commit: string;
                            tree: string | null;
                            verified_tree: string | null;
                            checks: {
                                name: string;
                                exit_code: number | null;
                            }[];
                            rollbacks: {
                                id: string;
                                /** @enum {string} */
                                kind: "rollback" | "reland";
                                /** @enum {string} */
                                state: "waiting" | "submitted" | "given_up";
                                /** @enum {string} */
                                outcome: "awaiting_approval" | "under_way" | "done" | "set_aside" | "not_done";
                            }[];
                            lost: boolean;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1QueueQuarantine: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                /** @description Id or name of the repository. */
                repository?: string;
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            project_id: string;
                            repository_id: string;
                            repo: string | null;
                            target: string;
                            on_main: boolean;
                            task_id: string;
                            attempt: number;
                            /** @enum {string} */
                            state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                            summary: string;
                            rung: string | null;
                            submitted_by: string;
                            /** Format: date-time */
                            submitted_at: string;
                            reverts: string | null;
                            issue: {
                                id: string;
                                number: number | null;
                                title: string;
                                url: string | null;
                            } | null;
                            run: {
                                id: string;
                                agent: string;
                            } | null;
                            kind: string;
                            reason: string | null;
                            names: string[];
                            /** Format: date-time */
                            since: string;
                            retries: number;
                            superseded_by: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1QueueReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    target?: string;
                    repo?: string;
                    /** @default false */
                    steps?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        repository_id: string;
                        target: string;
                        head: string | null;
                        head_tree: string | null;
                        tree: string | null;
                        same: boolean;
                        landed: number;
                        rebuilt: number;
                        copied: number;
                        absorbed: number;
                        taken_back: number;
                        divergences: {
                            kind: string;
                            change_request_id: string | null;
                            detail: string;
                            commits: {
                                commit: string;
                                subject: string;
                            }[];
                            files: string[];
                        }[];
                        steps: {
                            change_request_id: string | null;
                            /** @enum {string} */
                            how: "rebuilt" | "copied" | "absorbed" | "rewritten" | "taken_back";
                            rung: string | null;
                            commit: string;
                            recorded_tree: string;
                            tree: string;
                            copied: string[];
                        }[];
                    };
                };
            };
        };
    };
    postV1QueueRollback: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    change_request?: string;
                    commit?: string;
                    target?: string;
                    repo?: string;
                    /** @default false */
                    with_dependents?: boolean;
                    confirm: string[];
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        kind: "rollback" | "reland";
                        target: string;
                        change_requests: string[];
                        /** @enum {string} */
                        state: "waiting" | "submitted" | "given_up";
                        detail: string | null;
                        action_id: string | null;
                        requested_by: string;
                        reason: string;
                        /** Format: date-time */
                        created_at: string;
                        change_request: {
                            id: string;
                            project_id: string;
                            repository_id: string;
                            repo: string;
                            target: string;
                            task_id: string;
                            attempt: number;
                            work_item_id: string | null;
                            summary: string;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            /** @enum {string} */
                            state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                            rung: string | null;
                            retries: number;
                            last_error: string | null;
                            quarantine: unknown | null;
                            closed_reason: string | null;
                            notes: string[];
                            files: {
                                path: string;
                                added: number | null;
                                deleted: number | null;
                            }[];
                            base: string;
                            landed_commit: string | null;
                            landed_tree: string | null;
                            submitted_by: string;
                            /** Format: date-time */
                            submitted_at: string;
                            landed_at: string | null;
                            /** Format: date-time */
                            updated_at: string;
                        } | null;
                    };
                };
            };
        };
    };
    postV1QueueRollbackPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    change_request?: string;
                    commit?: string;
                    target?: string;
                    repo?: string;
                    /** @default false */
                    with_dependents?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        repository_id: string;
                        target: string;
                        head: string;
                        rolls_back: {
                            id: string;
                            summary: string;
                            commit: string;
                        }[];
                        dependents: {
                            id: string;
                            summary: string;
                            of: string;
                            /** @enum {string} */
                            reason: "depends_on" | "same_files" | "imports";
                            files: string[];
                            included: boolean;
                        }[];
                        waiting: {
                            id: string;
                            summary: string;
                        }[];
                        outsiders: {
                            commit: string;
                            subject: string;
                        }[];
                        conflicts: {
                            id: string;
                            files: string[];
                        }[];
                        files: {
                            path: string;
                            added: number | null;
                            deleted: number | null;
                        }[];
                        /** @enum {string} */
                        lands: "queue" | "action";
                    };
                };
            };
        };
    };
    getV1QueueRollbacks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                /** @description Id or name of the repository. */
                repository?: string;
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {string} */
                            kind: "rollback" | "reland";
                            project_id: string;
                            repository_id: string;
                            repo: string | null;
                            target: string;
                            change_requests: string[];
                            /** @enum {string} */
                            state: "waiting" | "submitted" | "given_up";
                            /** @enum {string} */
                            outcome: "awaiting_approval" | "under_way" | "done" | "set_aside" | "not_done";
                            detail: string | null;
                            action_id: string | null;
                            change_request_id: string | null;
                            requested_by: string;
                            reason: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getV1QueueRollbacksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        kind: "rollback" | "reland";
                        target: string;
                        change_requests: string[];
                        /** @enum {string} */
                        state: "waiting" | "submitted" | "given_up";
                        detail: string | null;
                        action_id: string | null;
                        requested_by: string;
                        reason: string;
                        /** Format: date-time */
                        created_at: string;
                        change_request: {
                            id: string;
                            project_id: string;
                            repository_id: string;
                            repo: string;
                            target: string;
                            task_id: string;
                            attempt: number;
                            work_item_id: string | null;
                            summary: string;
                            /** @enum {string} */
                            risk: "low" | "medium" | "high";
                            /** @enum {string} */
                            state: "queued" | "merging" | "verifying" | "publishing" | "landed" | "quarantined" | "dropped" | "already_landed";
                            rung: string | null;
                            retries: number;
                            last_error: string | null;
                            quarantine: unknown | null;
                            closed_reason: string | null;
                            notes: string[];
                            files: {
                                path: string;
                                added: number | null;
                                deleted: number | null;
                            }[];
                            base: string;
                            landed_commit: string | null;
                            landed_tree: string | null;
                            submitted_by: string;
                            /** Format: date-time */
                            submitted_at: string;
                            landed_at: string | null;
                            /** Format: date-time */
                            updated_at: string;
                        } | null;
                    };
                };
            };
        };
    };
    getV1QueueStream: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    getV1QueueTargets: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
                /** @description Id or name of the repository. */
                repository?: string;
                target?: string;
                /** @description Part of a branch's or repository's name. */
                text?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            project_id: string;
                            repository_id: string;
                            repo: string | null;
                            target: string;
                            /** @enum {string} */
                            control: "running" | "paused" | "draining";
                            control_by: string | null;
                            control_reason: string | null;
                            control_at: string | null;
                            waiting: number;
                            quarantined: number;
                            landed: number;
                            last_landed_at: string | null;
                            /** Format: date-time */
                            active_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1QueueTargetsDrain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    target: string;
                    repo?: string;
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        repository_id: string;
                        repo: string | null;
                        target: string;
                        /** @enum {string} */
                        control: "running" | "paused" | "draining";
                    };
                };
            };
        };
    };
    postV1QueueTargetsPause: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    target: string;
                    repo?: string;
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        repository_id: string;
                        repo: string | null;
                        target: string;
                        /** @enum {string} */
                        control: "running" | "paused" | "draining";
                    };
                };
            };
        };
    };
    postV1QueueTargetsResume: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    target: string;
                    repo?: string;
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        repository_id: string;
                        repo: string | null;
                        target: string;
                        /** @enum {string} */
                        control: "running" | "paused" | "draining";
                    };
                };
            };
        };
    };
    getV1ReportsRelease: {
        parameters: {
            query: {
                /** @description Id or key of a project */
                project: string;
                /** @description `owner/name`, where the project has several */
                repository?: string;
                /** @description Name of the release, such as `v1.4.0` */
                name?: string;
                /** @description Merges from this instant on; from the first when it is left out */
                from?: string;
                /** @description Exclusive; now when it is left out */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string | null;
                        from: string | null;
                        to: string;
                        changes: number;
                        sections: {
                            heading: string;
                            changes: {
                                title: string;
                                type: string | null;
                                pull: number;
                                url: string;
                                issue: number | null;
                                asked_by: string | null;
                                agents: string[];
                                approved_by: string[];
                                merged_at: string;
                            }[];
                        }[];
                        credits: {
                            people: string[];
                            agents: string[];
                        };
                        markdown: string;
                    };
                };
            };
        };
    };
    getV1Repositories: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Id or key of the project. */
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            project_id: string;
                            /** @enum {string} */
                            forge: "local" | "path" | "github";
                            name: string;
                            default_branch: string;
                            /** @enum {string} */
                            tier: "core" | "standard" | "sandbox";
                            allowlisted: boolean;
                            protection_attested: boolean;
                            revision: number;
                            created_at: string;
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Repositories: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    project_id: string;
                    /** @enum {string} */
                    forge: "local" | "path" | "github";
                    name: string;
                    /** @default main */
                    default_branch?: string;
                    /** @enum {string} */
                    tier?: "core" | "standard" | "sandbox";
                    allowlisted?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        /** @enum {string} */
                        forge: "local" | "path" | "github";
                        name: string;
                        default_branch: string;
                        /** @enum {string} */
                        tier: "core" | "standard" | "sandbox";
                        allowlisted: boolean;
                        protection_attested: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1RepositoriesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        /** @enum {string} */
                        forge: "local" | "path" | "github";
                        name: string;
                        default_branch: string;
                        /** @enum {string} */
                        tier: "core" | "standard" | "sandbox";
                        allowlisted: boolean;
                        protection_attested: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    deleteV1RepositoriesById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1RepositoriesById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    default_branch?: string;
                    /** @enum {string} */
                    tier?: "core" | "standard" | "sandbox";
                    allowlisted?: boolean;
                    /** @description An admin's word that the protection of the default branch holds for Reeve's own account, where the forge does not let it be read. */
                    protection_attested?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        project_id: string;
                        /** @enum {string} */
                        forge: "local" | "path" | "github";
                        name: string;
                        default_branch: string;
                        /** @enum {string} */
                        tier: "core" | "standard" | "sandbox";
                        allowlisted: boolean;
                        protection_attested: boolean;
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1RepositoriesByIdBackfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        repository_id: string;
                        since: string | null;
                        /** @enum {string} */
                        state: "running" | "paused" | "done" | "failed";
                        waits_until: string | null;
                        problem: string | null;
                        started_by: string;
                        started_at: string;
                        updated_at: string;
                        finished_at: string | null;
                        pages: number;
                        seen: number;
                        stored: number;
                        parts: {
                            /** @enum {string} */
                            part: "issues" | "issue_comments" | "pulls" | "reviews" | "review_comments" | "check_runs" | "workflow_runs" | "releases" | "deployments";
                            pages: number;
                            seen: number;
                            stored: number;
                            done: boolean;
                            note: string | null;
                        }[];
                    };
                };
            };
        };
    };
    postV1RepositoriesByIdBackfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description What was last changed before is left out; left out: all of it.
                     * @default null
                     */
                    since?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        repository_id: string;
                        since: string | null;
                        /** @enum {string} */
                        state: "running" | "paused" | "done" | "failed";
                        waits_until: string | null;
                        problem: string | null;
                        started_by: string;
                        started_at: string;
                        updated_at: string;
                        finished_at: string | null;
                        pages: number;
                        seen: number;
                        stored: number;
                        parts: {
                            /** @enum {string} */
                            part: "issues" | "issue_comments" | "pulls" | "reviews" | "review_comments" | "check_runs" | "workflow_runs" | "releases" | "deployments";
                            pages: number;
                            seen: number;
                            stored: number;
                            done: boolean;
                            note: string | null;
                        }[];
                    };
                };
            };
        };
    };
    postV1RepositoriesByIdBackfillPause: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        repository_id: string;
                        since: string | null;
                        /** @enum {string} */
                        state: "running" | "paused" | "done" | "failed";
                        waits_until: string | null;
                        problem: string | null;
                        started_by: string;
                        started_at: string;
                        updated_at: string;
                        finished_at: string | null;
                        pages: number;
                        seen: number;
                        stored: number;
                        parts: {
                            /** @enum {string} */
                            part: "issues" | "issue_comments" | "pulls" | "reviews" | "review_comments" | "check_runs" | "workflow_runs" | "releases" | "deployments";
                            pages: number;
                            seen: number;
                            stored: number;
                            done: boolean;
                            note: string | null;
                        }[];
                    };
                };
            };
        };
    };
    postV1RepositoriesByIdBackfillResume: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        repository_id: string;
                        since: string | null;
                        /** @enum {string} */
                        state: "running" | "paused" | "done" | "failed";
                        waits_until: string | null;
                        problem: string | null;
                        started_by: string;
                        started_at: string;
                        updated_at: string;
                        finished_at: string | null;
                        pages: number;
                        seen: number;
                        stored: number;
                        parts: {
                            /** @enum {string} */
                            part: "issues" | "issue_comments" | "pulls" | "reviews" | "review_comments" | "check_runs" | "workflow_runs" | "releases" | "deployments";
                            pages: number;
                            seen: number;
                            stored: number;
                            done: boolean;
                            note: string | null;
                        }[];
                    };
                };
            };
        };
    };
    postV1Requests: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    repository_id: string;
                    /** @default null */
                    target?: string | null;
                    /** @default null */
                    agent?: string | null;
                    /** @default [] */
                    checks?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        issue_id: string;
                        target: string | null;
                        story: {
                            issue_id: string;
                            generation: number;
                            workflow_id: string;
                            kind: string;
                            started_by: string;
                            ended_as: string | null;
                            /** @description Who ended it from outside; null: it came to its own end, or runs. */
                            ended_by: string | null;
                            detail: string | null;
                            /** @description Where the work of a request was published instead of the branch it named; null: there, or nowhere. */
                            published_branch: string | null;
                            /** Format: date-time */
                            started_at: string;
                            ended_at: string | null;
                        };
                    };
                };
            };
        };
    };
    postV1RequestsRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: starts_with */
                    path: string;
                    default_branch: string;
                    /** @default [] */
                    checks?: {
                        name: string;
                        command: string;
                        /** @default 600 */
                        timeout_s?: number;
                        coverage?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        repository_id: string;
                        project_id: string;
                    };
                };
            };
        };
    };
    getV1Reviewers: {
        parameters: {
            query?: {
                /** @description Id or key of the project. */
                project?: string;
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date-time */
                        from: string;
                        /** Format: date-time */
                        as_of: string;
                        items: components["schemas"]["ReviewerLoad"][];
                        next_cursor: null;
                    };
                };
            };
        };
    };
    getV1Sessions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Sessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        subject: string;
                        /** @enum {string} */
                        role: "viewer" | "developer" | "maintainer" | "manager" | "admin" | "agent";
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
        };
    };
    deleteV1Sessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    deleteV1SessionsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    postV1SessionsLinks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Page of the console to go to; a path of ours. */
                    return_to?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
        };
    };
    postV1SessionsLinksOpen: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        subject: string;
                        /** @enum {string} */
                        role: "viewer" | "developer" | "maintainer" | "manager" | "admin" | "agent";
                        /** Format: date-time */
                        expires_at: string;
                        return_to: string;
                    };
                };
            };
        };
    };
    getV1Setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setup"];
                };
            };
        };
    };
    getV1SetupRepository: {
        parameters: {
            query: {
                path: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        path: string;
                        default_branch: string;
                        checked_out: string | null;
                        /** @description What may be the main branch instead; the first 200. */
                        branches: string[];
                        /** @description Null: Reeve does not know it yet. */
                        repository_id: string | null;
                        suggested: {
                            setup: string[];
                            checks: {
                                name: string;
                                command: string;
                                timeout_s: number;
                            }[];
                            /** @enum {string} */
                            network: "none" | "registry";
                            because: string | null;
                        };
                    };
                };
            };
        };
    };
    getV1Stream: {
        parameters: {
            query?: {
                /** @description Place to go on behind, or `latest`: only what is new. Default: from the beginning. */
                after?: "latest" | number;
                /** @description Also say that the stream stands (`opened`) and, at least every ten seconds, that it lives (`beat`). */
                signs?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    getV1StreamPlace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description For `GET /v1/stream?after=`. */
                        after: number;
                    };
                };
            };
        };
    };
    getV1Tasks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                plan_id?: string;
                work_item_id?: string;
                state?: "planned" | "ready" | "running" | "submitted" | "landed" | "failed" | "dropped";
                assignee?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            plan_id: string;
                            work_item_id: string;
                            key: string;
                            title: string;
                            description: string;
                            role: string;
                            scope: string[];
                            depends_on: string[];
                            acceptance: string[];
                            estimate: string;
                            checks: string[];
                            limits: {
                                files: number;
                                context_tokens: number;
                            };
                            assignee: string | null;
                            assignment: {
                                reason: string;
                                by: string;
                                score: number | null;
                                candidates: {
                                    who: string;
                                    score: number | null;
                                    parts: {
                                        skill: number;
                                        ownership: number;
                                        capacity: number;
                                        timezone: number;
                                    };
                                    says: string[];
                                }[];
                                suggested_sprint: string | null;
                                accountable: {
                                    who: string;
                                    reason: string;
                                } | null;
                            } | null;
                            /** @enum {string} */
                            state: "planned" | "ready" | "running" | "submitted" | "landed" | "failed" | "dropped";
                            created_at: string;
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Tasks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key?: string;
                    title: string;
                    description: string;
                    /**
                     * @default coder
                     * @enum {string}
                     */
                    role?: "coder" | "reviewer" | "tester" | "planner";
                    scope: string[];
                    /** @default [] */
                    depends_on?: string[];
                    /** @default [] */
                    acceptance?: string[];
                    /** @enum {string} */
                    estimate: "XS" | "S" | "M" | "L" | "XL";
                    /** @default [] */
                    checks?: string[];
                    limits: {
                        files: number;
                        context_tokens: number;
                    };
                    plan_id: string;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        plan_id: string;
                        work_item_id: string;
                        key: string;
                        title: string;
                        description: string;
                        role: string;
                        scope: string[];
                        depends_on: string[];
                        acceptance: string[];
                        estimate: string;
                        checks: string[];
                        limits: {
                            files: number;
                            context_tokens: number;
                        };
                        assignee: string | null;
                        assignment: {
                            reason: string;
                            by: string;
                            score: number | null;
                            candidates: {
                                who: string;
                                score: number | null;
                                parts: {
                                    skill: number;
                                    ownership: number;
                                    capacity: number;
                                    timezone: number;
                                };
                                says: string[];
                            }[];
                            suggested_sprint: string | null;
                            accountable: {
                                who: string;
                                reason: string;
                            } | null;
                        } | null;
                        /** @enum {string} */
                        state: "planned" | "ready" | "running" | "submitted" | "landed" | "failed" | "dropped";
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1TasksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        plan_id: string;
                        work_item_id: string;
                        key: string;
                        title: string;
                        description: string;
                        role: string;
                        scope: string[];
                        depends_on: string[];
                        acceptance: string[];
                        estimate: string;
                        checks: string[];
                        limits: {
                            files: number;
                            context_tokens: number;
                        };
                        assignee: string | null;
                        assignment: {
                            reason: string;
                            by: string;
                            score: number | null;
                            candidates: {
                                who: string;
                                score: number | null;
                                parts: {
                                    skill: number;
                                    ownership: number;
                                    capacity: number;
                                    timezone: number;
                                };
                                says: string[];
                            }[];
                            suggested_sprint: string | null;
                            accountable: {
                                who: string;
                                reason: string;
                            } | null;
                        } | null;
                        /** @enum {string} */
                        state: "planned" | "ready" | "running" | "submitted" | "landed" | "failed" | "dropped";
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    deleteV1TasksById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1TasksById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    title?: string;
                    description?: string;
                    scope?: string[];
                    checks?: string[];
                    /** @enum {string} */
                    estimate?: "XS" | "S" | "M" | "L" | "XL";
                    limits?: {
                        files: number;
                        context_tokens: number;
                    };
                    depends_on?: string[];
                    acceptance?: string[];
                    assignee?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        plan_id: string;
                        work_item_id: string;
                        key: string;
                        title: string;
                        description: string;
                        role: string;
                        scope: string[];
                        depends_on: string[];
                        acceptance: string[];
                        estimate: string;
                        checks: string[];
                        limits: {
                            files: number;
                            context_tokens: number;
                        };
                        assignee: string | null;
                        assignment: {
                            reason: string;
                            by: string;
                            score: number | null;
                            candidates: {
                                who: string;
                                score: number | null;
                                parts: {
                                    skill: number;
                                    ownership: number;
                                    capacity: number;
                                    timezone: number;
                                };
                                says: string[];
                            }[];
                            suggested_sprint: string | null;
                            accountable: {
                                who: string;
                                reason: string;
                            } | null;
                        } | null;
                        /** @enum {string} */
                        state: "planned" | "ready" | "running" | "submitted" | "landed" | "failed" | "dropped";
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1Teams: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            key: string;
                            name: string;
                            members: string[];
                            revision: number;
                            created_at: string;
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Teams: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                    name: string;
                    /** @default [] */
                    members?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        key: string;
                        name: string;
                        members: string[];
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1TeamsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        key: string;
                        name: string;
                        members: string[];
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    deleteV1TeamsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1TeamsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    members?: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        key: string;
                        name: string;
                        members: string[];
                        revision: number;
                        created_at: string;
                        updated_at: string;
                    };
                };
            };
        };
    };
    getV1Tokens: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Token"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    postV1Tokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    role: "viewer" | "developer" | "maintainer" | "manager" | "admin" | "agent";
                    /**
                     * @description Handle of the person it belongs to; roles that decide need one.
                     * @default null
                     */
                    person?: string | null;
                    /**
                     * @description Service account it belongs to: it works and never decides.
                     * @default null
                     */
                    service?: string | null;
                    /**
                     * @description Keys or ids of the only projects it sees; null: all.
                     * @default null
                     */
                    projects?: string[] | null;
                    /**
                     * @description The only things it may do, like `issues:read`; null: all of its role.
                     * @default null
                     */
                    permissions?: string[] | null;
                    /** @default null */
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
        };
    };
    deleteV1TokensById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getV1Views: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SavedView"][];
                    };
                };
            };
        };
    };
    postV1Views: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @default false */
                    shared?: boolean;
                    filters: {
                        project?: string;
                        state?: ("new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed")[];
                        type?: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question")[];
                        priority?: ("P0" | "P1" | "P2" | "P3")[];
                        size?: ("XS" | "S" | "M" | "L" | "XL")[];
                        risk?: ("low" | "medium" | "high")[];
                        label?: string[];
                        worker?: string;
                        requested_by?: string;
                        /** @enum {string} */
                        waits_for?: "person";
                        /** Format: date-time */
                        changed_since?: string;
                        /** Format: date-time */
                        ended_since?: string;
                        open?: boolean;
                        q?: string;
                        /** @enum {string} */
                        sort?: "created" | "updated" | "priority";
                        /** @enum {string} */
                        order?: "newest" | "oldest";
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
        };
    };
    deleteV1ViewsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchV1ViewsById: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for 24 hours, and nothing is done twice. With another request it is refused (422 `idempotency_key_reused`), and while the first is at work too (409 `idempotency_in_progress`). */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    shared?: boolean;
                    filters?: {
                        project?: string;
                        state?: ("new" | "triaged" | "needs_info" | "planned" | "awaiting_approval" | "in_progress" | "in_review" | "awaiting_merge" | "merged" | "duplicate" | "declined" | "failed")[];
                        type?: ("bug" | "feature" | "refactor" | "docs" | "chore" | "question")[];
                        priority?: ("P0" | "P1" | "P2" | "P3")[];
                        size?: ("XS" | "S" | "M" | "L" | "XL")[];
                        risk?: ("low" | "medium" | "high")[];
                        label?: string[];
                        worker?: string;
                        requested_by?: string;
                        /** @enum {string} */
                        waits_for?: "person";
                        /** Format: date-time */
                        changed_since?: string;
                        /** Format: date-time */
                        ended_since?: string;
                        open?: boolean;
                        q?: string;
                        /** @enum {string} */
                        sort?: "created" | "updated" | "priority";
                        /** @enum {string} */
                        order?: "newest" | "oldest";
                    };
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
        };
    };
    getV1Whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        subject: string;
                        /** @enum {string} */
                        kind: "person" | "agent" | "service" | "system";
                        /** @enum {string} */
                        role: "viewer" | "developer" | "maintainer" | "manager" | "admin" | "agent";
                        person: {
                            id: string;
                            handle: string;
                            name: string;
                        } | null;
                        run_id: string | null;
                        /** @description Ids of the only projects this caller sees; null: all. */
                        projects: string[] | null;
                        permissions: string[] | null;
                    };
                };
            };
        };
    };
    postWebhooksBySource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event_id: string;
                        duplicate: boolean;
                    };
                };
            };
        };
    };
}
