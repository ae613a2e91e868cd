#!/bin/sh
# How prove runs one test file: a program by itself, a .t by its first line.
case $1 in
    *.t) exec perl "$@" ;;
    *) exec "$@" ;;
esac
