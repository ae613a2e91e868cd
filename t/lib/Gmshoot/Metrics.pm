# A strict reader of Prometheus' text format 0.0.4, that knows nothing of what
# wrote it.
#
#     my $m = Gmshoot::Metrics->read($text);
#     $m->faults;                               # sentences, none: it is right
#     $m->value('gmshoot_shots_total', lane => 'lane1');
package Gmshoot::Metrics;

use strict;
use warnings;

my $name   = qr/[a-zA-Z_:][a-zA-Z0-9_:]*/;
my $number = qr/[+-]?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Inf)|NaN/;
my %escape = (n => "\n", '"' => '"', '\\' => '\\');

sub read { ## no critic: it reads
    my ($class, $text) = @_;

    my $self = bless { help => {}, type => {}, value => {}, series => {},
                       closed => {}, faults => [] }, $class;

    $self->fault('the last line has no end') if $text !~ /\n\z/;
    $self->line($_) for split(/\n/, $text);
    $self->close_family;
    $self->check_histogram($_)
        for grep { $self->{type}{$_} eq 'histogram' } sort keys %{$self->{type}};
    for my $family (sort keys %{ $self->{type} }) {
        $self->fault("$family has no HELP") if !exists $self->{help}{$family};
    }

    return $self;
}

sub fault {
    my ($self, $sentence) = @_;
    push @{ $self->{faults} }, $sentence;
    return;
}

sub faults {
    my ($self) = @_;
    return @{ $self->{faults} };
}

sub close_family {
    my ($self, $next) = @_;

    $next = '' if !defined $next;
    my $old = $self->{family};
    $self->{closed}{$old} = 1 if defined $old && $old ne $next;
    $self->fault("lines of $next are not together") if $self->{closed}{$next};
    $self->{family} = $next;
    return;
}

sub line {
    my ($self, $line) = @_;

    if ($line =~ /^# (HELP|TYPE) ($name) (.*)$/) {
        my ($what, $family, $is) = (lc $1, $2, $3);
        $self->close_family($family);
        $self->fault("a second $what of $family")
            if exists $self->{$what}{$family};
        $self->fault("$what of $family comes after its values")
            if $self->{family_values}{$family};
        $self->fault("$family has no help worth the name")
            if $what eq 'help' && ($is !~ /\S \S/ || $is =~ /\\(?![\\n])/);
        $self->fault("$family is a $is")
            if $what eq 'type' && $is !~ /^(?:counter|gauge|histogram)$/;
        $self->{$what}{$family} = $is;
        return;
    }

    if ($line !~ /^($name)(?:\{(.*)\})? ($number)$/) {
        $self->fault("not understood: $line");
        return;
    }

    $self->sample($1, $self->labels($2, $line), $3);
    return;
}

sub labels {
    my ($self, $text, $line) = @_;

    my %label;
    return \%label if !defined $text;

    while ($text =~ s/^([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\"n])*)"(?:,(?!\z)|\z)//) {
        my ($label, $value) = ($1, $2);
        $self->fault("$label twice in: $line") if exists $label{$label};
        $self->fault("$label is reserved") if $label =~ /^__/;
        $label{$label} = $value =~ s/\\(.)/$escape{$1}/gr;
    }
    $self->fault("labels not understood: $line") if $text ne '';

    return \%label;
}

sub sample {
    my ($self, $sample, $label, $value) = @_;

    my $family = $sample;
    $family = $1 if $sample =~ /^(.*)_(?:bucket|sum|count)$/
        && ($self->{type}{$1} || '') eq 'histogram';
    my $type = $self->{type}{$family};

    $self->close_family($family);
    $self->{family_values}{$family} = 1;
    if (!defined $type) {
        $self->fault("$sample comes without a TYPE");
        return;
    }

    $self->fault("$sample: a counter ends in _total, nothing else does")
        if ($type eq 'counter') != ($family =~ /_total$/);
    $self->fault("$sample is no sample of a histogram")
        if $type eq 'histogram' && $family eq $sample;
    $self->fault("$sample: le belongs to buckets")
        if exists $label->{le} != ($sample =~ /_bucket$/ && $type eq 'histogram');
    $self->fault("$sample is below nothing: $value")
        if $type ne 'gauge' && $value =~ /^-|NaN/;

    my $series = $self->series($sample, %{$label});
    $self->fault("$series twice") if exists $self->{value}{$series};
    $self->{value}{$series} = $value;
    push @{ $self->{series}{$sample} }, [ $label, $value ];
    return;
}

sub series {
    my ($self, $sample, %label) = @_;
    return $sample . join('', map { "{$_=$label{$_}}" } sort keys %label);
}

sub value {
    my ($self, $sample, %label) = @_;
    return $self->{value}{ $self->series($sample, %label) };
}

# All values of a label.
sub of {
    my ($self, $label) = @_;

    my %seen;
    for my $samples (values %{ $self->{series} }) {
        $seen{ $_->[0]{$label} }++
            for grep { exists $_->[0]{$label} } @{$samples};
    }
    return sort keys %seen;
}

sub check_histogram {
    my ($self, $family) = @_;

    my %at;
    for (@{ $self->{series}{"${family}_bucket"} || [] }) {
        my ($label, $value) = @{$_};
        my %rest = %{$label};
        my $le = delete $rest{le};
        my $at = $at{ $self->series('', %rest) } ||= { rest => \%rest };

        $self->fault("$family: no more after +Inf") if $at->{end};
        $self->fault("$family: buckets that do not grow: $le")
            if $le ne '+Inf' && defined $at->{le} && $le <= $at->{le};
        $self->fault("$family: fewer below $le than below less")
            if $value < ($at->{count} || 0);
        @{$at}{qw(le count end)} = ($le, $value, $le eq '+Inf');
    }

    for my $at (values %at) {
        my $count = $self->value("${family}_count", %{ $at->{rest} });
        my $sum = $self->value("${family}_sum", %{ $at->{rest} });
        $self->fault("$family has no bucket for +Inf") if !$at->{end};
        $self->fault("$family: its count is not that of its buckets")
            if !defined $count || $count != $at->{count};
        $self->fault("$family has no sum") if !defined $sum;
    }
    for my $part (qw(sum count)) {
        my $n = @{ $self->{series}{"${family}_$part"} || [] };
        $self->fault("$family: a $part without buckets") if $n != keys %at;
    }
    return;
}

1;
