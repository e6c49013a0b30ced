// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Observes one endpoint. */
interface EndpointObserver {

    /** Ignores every event. Used while the endpoint has no identifier, or after the identifier was closed. */
    EndpointObserver NOBODY = event -> { };

    /**
     * Handles an event. Called under the communication manager's lock, so it must not block.
     *
     * @param event what happened.
     */
    void on(EndpointEvent event);
}
