/**
 * The GPUs of this machine for whoever plans: {@link dev.penstock.hardware.inventory.Inventory}
 * asks their drivers once, keeps what they answered, and adds what trials showed.
 */
@NullMarked
package dev.penstock.hardware.inventory;

import org.jspecify.annotations.NullMarked;
