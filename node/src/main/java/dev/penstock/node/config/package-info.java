/**
 * What an operator decides: {@code penstock.yaml}.
 *
 * <pre>
 *   penstock.yaml ──► text.ValueReader ──► Binder ──► Config ──► what the parts are told
 *   defaults (the same file, shipped) ────────┘          └──► Changes, when it is read again
 * </pre>
 *
 * <p>The components of {@link dev.penstock.node.config.Config}'s records are the keys of the file,
 * in kebab case; their types say what a value may be.
 */
@NullMarked
package dev.penstock.node.config;

import org.jspecify.annotations.NullMarked;
