// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The providers this process has: those of this library and those others bring, each loaded once. */
public final class VerbsProviders {

    private static final List<VerbsProvider> LOADED = load();

    private VerbsProviders() {
    }

    private static List<VerbsProvider> load() {
        final List<VerbsProvider> providers = new ArrayList<>();
        ServiceLoader.load(VerbsProvider.class, VerbsProvider.class.getClassLoader()).forEach(providers::add);
        providers.sort(Comparator.comparingInt(VerbsProvider::order));
        return List.copyOf(providers);
    }

    /**
     * All providers.
     *
     * @return providers by their {@link VerbsProvider#order()}.
     */
    public static List<VerbsProvider> all() {
        return LOADED;
    }

    /**
     * The provider of a name.
     *
     * @param name a {@link VerbsProvider#name()}.
     * @return the provider, or empty when there is none of that name.
     */
    public static Optional<VerbsProvider> named(final String name) {
        return LOADED.stream().filter(provider -> provider.name().equals(name)).findFirst();
    }
}
