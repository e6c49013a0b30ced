// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.forwarding;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads a provider as if it came from a third party. The provider is in the unnamed module of a class loader, so it
 * can use only the exports of the library's module. A service file names the provider.
 */
final class ThirdPartyLoader extends URLClassLoader {

    private final String provider;

    /**
     * Creates the loader.
     *
     * @param folder   empty folder for the service file.
     * @param provider the provider's class, loaded again with its nested classes.
     * @param service  the service that it provides.
     */
    ThirdPartyLoader(final Path folder, final Class<?> provider, final Class<?> service) throws IOException {
        super(new URL[] {folder.toUri().toURL()}, service.getClassLoader());
        this.provider = provider.getName();
        final Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(service.getName()), this.provider);
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        if (!name.equals(provider) && !name.startsWith(provider + "$")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            final Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(final String name) throws ClassNotFoundException {
        try (InputStream file = ForwardingProvider.class.getResourceAsStream(
            "/" + name.replace('.', '/') + ".class")) {
            final byte[] bytes = file.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (final IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
