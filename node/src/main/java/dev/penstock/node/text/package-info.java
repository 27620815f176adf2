/**
 * Texts that people write, as values that know their lines: {@code penstock.yaml}, and job files.
 *
 * <pre>
 *   YAML, JSON ──► ValueReader ──► Value ──► whoever knows what the keys mean
 *                       └──────► Mistakes ◄──────┘
 * </pre>
 */
@NullMarked
package dev.penstock.node.text;

import org.jspecify.annotations.NullMarked;
