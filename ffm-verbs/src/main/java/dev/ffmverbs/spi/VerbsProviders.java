// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The providers of this process, from this library and from other modules, each loaded once.
 *
 * <p>A provider that cannot be loaded is skipped, whatever it throws, and {@linkplain #failures() recorded}. The others
 * are still loaded.
 */
public final class VerbsProviders {

    /** Broken entries of service files after which the search for providers ends. */
    private static final int MAXIMUM_BROKEN_ENTRIES = 64;

    private static final Map<String, Throwable> FAILURES = new TreeMap<>();
    private static final List<VerbsProvider> LOADED = load();

    private VerbsProviders() {
    }

    private record Loaded(VerbsProvider provider, int order) {
    }

    private static List<VerbsProvider> load() {
        final List<Loaded> loaded = new ArrayList<>();
        final Iterator<ServiceLoader.Provider<VerbsProvider>> found =
            ServiceLoader.load(VerbsProvider.class, VerbsProvider.class.getClassLoader()).stream().iterator();
        int brokenEntries = 0;
        while (brokenEntries < MAXIMUM_BROKEN_ENTRIES) {
            try {
                if (!found.hasNext()) {
                    break;
                }
                load(found.next(), loaded);
            } catch (final ServiceConfigurationError | LinkageError e) {
                brokenEntries++;
                FAILURES.put("provider " + brokenEntries + " that cannot be loaded", e);
            }
        }
        loaded.sort(Comparator.comparingInt(Loaded::order));
        return loaded.stream().map(Loaded::provider).toList();
    }

    private static void load(final ServiceLoader.Provider<VerbsProvider> found, final List<Loaded> loaded) {
        final String className = found.type().getName();
        try {
            final VerbsProvider provider = found.get();
            Objects.requireNonNull(provider.name(), "the provider has no name");
            loaded.add(new Loaded(provider, provider.order()));
        } catch (final Throwable e) {
            FAILURES.put(className, e);
        }
    }

    /**
     * Returns all providers that could be loaded.
     *
     * @return the providers, sorted by {@link VerbsProvider#order()}.
     */
    public static List<VerbsProvider> all() {
        return LOADED;
    }

    /**
     * Returns why the other providers could not be loaded.
     *
     * @return what was thrown, by the name of the provider's class.
     */
    public static Map<String, Throwable> failures() {
        return Collections.unmodifiableMap(FAILURES);
    }

    /**
     * Finds a provider by name.
     *
     * @param name a {@link VerbsProvider#name()}.
     * @return the provider, or empty when there is none of that name.
     */
    public static Optional<VerbsProvider> find(final String name) {
        return LOADED.stream().filter(provider -> provider.name().equals(name)).findFirst();
    }
}
