// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Handles SIGTERM and SIGINT before the JVM begins to shut down. Shutdown hooks all run at the same time, and the one
 * of Flight Recorder ends its recordings at once: what a node does while it leaves would not be recorded.
 *
 * <p>{@code sun.misc.Signal} is the only way to do that. It is called by reflection, because javac warns of it in a way
 * that nothing can suppress.
 */
final class Signals {

    private static final Logger LOGGER = System.getLogger(Signals.class.getName());
    private static final List<String> NAMES = List.of("TERM", "INT");

    private Signals() {
    }

    /**
     * Calls an action on each of these signals from now on, in a thread of the JVM. If that is not possible here, as
     * with the option {@code -Xrs}, they end the process as before.
     */
    static void handle(final Runnable action) {
        try {
            final Class<?> signal = Class.forName("sun.misc.Signal");
            final Class<?> handler = Class.forName("sun.misc.SignalHandler");
            final Object handling = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler},
                (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == handler) {
                        action.run();
                        return null;
                    }
                    return method.invoke(action, arguments);
                });
            for (final String name : NAMES) {
                signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
            }
        } catch (final ReflectiveOperationException | LinkageError e) {
            LOGGER.log(Level.DEBUG, "signals are handled by shutdown hooks alone", e);
        }
    }
}
