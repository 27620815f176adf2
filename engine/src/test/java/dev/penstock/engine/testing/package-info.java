/**
 * What tests of the engine are made of: media made by the {@link
 * dev.penstock.engine.testing.Oracle} and kept by {@link dev.penstock.engine.testing.Clips}, jobs
 * run by {@link dev.penstock.engine.testing.Transcoding}, and results looked at as {@link
 * dev.penstock.engine.testing.Media} (what the oracle reads in them), {@link
 * dev.penstock.engine.testing.Pictures} and {@link dev.penstock.engine.testing.Sound}.
 */
@NullMarked
package dev.penstock.engine.testing;

import org.jspecify.annotations.NullMarked;
