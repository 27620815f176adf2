package dev.penstock.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the options of a mixin stand under in the help. They are not picocli's argument groups: an
 * option given twice starts such a group anew and loses all that was read before.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Heading {
  String value();
}
